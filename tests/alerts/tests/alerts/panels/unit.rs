//! Numbers in Grafana's units, with three significant digits.

/// A value in a unit of Grafana.
pub(super) fn shown(value: f64, unit: &str) -> String {
    match unit {
        "s" => seconds(value),
        "percentunit" => format!("{}%", digits(value * 100.0)),
        "recps" => format!("{} rec/s", short(value)),
        "short" => short(value),
        other => panic!("the unit {other} is not known"),
    }
}

fn seconds(value: f64) -> String {
    let magnitude = value.abs();
    let (divisor, unit) = match magnitude {
        0.0 => (1.0, "s"),
        _ if magnitude < 1e-3 => (1e-6, "µs"),
        _ if magnitude < 1.0 => (1e-3, "ms"),
        _ if magnitude < 60.0 => (1.0, "s"),
        _ if magnitude < 3_600.0 => (60.0, "mins"),
        _ if magnitude < 86_400.0 => (3_600.0, "hours"),
        _ => (86_400.0, "days"),
    };
    format!("{} {unit}", digits(value / divisor))
}

fn short(value: f64) -> String {
    let (divisor, unit) = match value.abs() {
        magnitude if magnitude < 1e3 => (1.0, ""),
        magnitude if magnitude < 1e6 => (1e3, " K"),
        magnitude if magnitude < 1e9 => (1e6, " Mil"),
        _ => (1e9, " Bil"),
    };
    format!("{}{unit}", digits(value / divisor))
}

fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        magnitude if magnitude >= 100.0 => 0,
        magnitude if magnitude >= 10.0 => 1,
        magnitude if magnitude >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
