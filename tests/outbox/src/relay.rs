//! A relay as a process, which tests kill: `outbox-relay POSTGRES KAFKA REGISTRY`. It ends when its input does.

use std::process::ExitCode;

use eventgen_outbox::{Relay, TokioPostgres};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [postgres, kafka, registry] = &arguments[..] else { return ExitCode::from(2) };
    let client = eventgen::Client::builder(kafka, registry).build().expect("a client");
    let database = TokioPostgres::new(postgres.parse().expect("an address"));
    let input = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let ended = async {
        let _ = input.await;
    };
    let report = Relay::new(&client, database).run_until(ended).await.expect("a relay");
    println!("{report:?}");
    ExitCode::SUCCESS
}
