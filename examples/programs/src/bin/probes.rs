//! Two groups under one shutdown, with the probes that Kubernetes asks for, and a replay by an operator.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use eventgen::{ConsumerHandle, Delivery, HandlerError, run_all};
use eventgen_testkit::{TestCluster, caught_up};
use programs::events::com::example::shop::{OrderPlaced, ShopOrdersV1, ShopOrdersV1Handler, shop_orders_v1};

const TOPIC: &str = shop_orders_v1::TOPIC.name;
const PATIENCE: Duration = Duration::from_secs(30);

struct Accepting;

impl ShopOrdersV1Handler for Accepting {
    async fn order_placed(&self, _: OrderPlaced, _: &Delivery) -> Result<(), HandlerError> {
        Ok(())
    }
}

/// Answers `GET /ready` and `GET /live`, on a thread of its own. A web framework does this as well.
fn serve_probes(listener: &TcpListener, handles: &[ConsumerHandle]) {
    for mut stream in listener.incoming().flatten() {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        let mut request = [0; 1024];
        let read = stream.read(&mut request).unwrap_or(0);
        let passes = if request[..read].starts_with(b"GET /ready") {
            handles.iter().all(ConsumerHandle::is_ready)
        } else {
            handles.iter().all(ConsumerHandle::is_live)
        };
        let status = if passes { "200 OK" } else { "503 Service Unavailable" };
        let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
}

/// Asks a probe, as Kubernetes does. Returns the status.
fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes())?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response.split_whitespace().nth(1).unwrap_or_default().to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<ShopOrdersV1>().await?;
    let client = cluster.client()?;
    let orders = ShopOrdersV1::producer(&client).await?;
    let (order_id, customer_id) = ("order-1".to_owned(), "ada".to_owned());
    let receipt = orders.send(&OrderPlaced { order_id, customer_id, quantity: 1 }).await?;

    let shipping = ShopOrdersV1::consumer(&client, shop_orders_v1::groups::WAREHOUSE, Accepting);
    let billing = ShopOrdersV1::consumer(&client, "billing", Accepting);
    let handles = vec![shipping.handle(), billing.handle()];
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn({
        let handles = handles.clone();
        move || serve_probes(&listener, &handles)
    });
    println!("before the run: live {}, ready {}", ask(address, "/live")?, ask(address, "/ready")?);

    let operator = async {
        for group in [shop_orders_v1::groups::WAREHOUSE, "billing"] {
            let _ = caught_up(&client, group, TOPIC, PATIENCE).await;
        }
        let ready = ask(address, "/ready").unwrap_or_default();
        println!("both have caught up: ready {ready}");
        // An operator has billing handle the order once more.
        let sought = handles[1].seek(TOPIC, receipt.partition, receipt.offset).await;
        println!("billing is read again from offset {sought:?}");
        while handles[1].report().handled < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    for run in run_all([shipping, billing], operator).await? {
        println!("{}: {} handled", run.group, run.report.handled);
    }
    println!("after the run: live {}", ask(address, "/live")?);
    Ok(())
}
