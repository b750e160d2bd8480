//! Which labels an expression of `PromQL` results in, and whether all that it names exists.

use promql_parser::label::Matchers;
use promql_parser::parser::token::{T_LAND, T_LOR, T_LUNLESS};
use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, VectorSelector, parse,
};

use crate::series::{Known, Labels};

/// The labels of a result. A scalar and a string have none.
type Result = std::result::Result<Option<Labels>, String>;

/// The labels that the series of an expression have.
pub(crate) fn labels_of(expression: &str, known: &Known) -> std::result::Result<Labels, String> {
    let parsed = parse(expression)?;
    typed(&parsed, known)?.ok_or_else(|| "it has no series".to_owned())
}

fn typed(expr: &Expr, known: &Known) -> Result {
    match expr {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) => Ok(None),
        Expr::Paren(paren) => typed(&paren.expr, known),
        Expr::Unary(unary) => typed(&unary.expr, known),
        Expr::Subquery(subquery) => typed(&subquery.expr, known),
        Expr::VectorSelector(selector) => selected(selector, known).map(Some),
        Expr::MatrixSelector(matrix) => selected(&matrix.vs, known).map(Some),
        Expr::Aggregate(aggregate) => aggregated(aggregate, known).map(Some),
        Expr::Binary(binary) => combined(binary, known),
        Expr::Call(call) => called(call, known),
        Expr::Extension(_) => Err("an extension".to_owned()),
    }
}

fn selected(selector: &VectorSelector, known: &Known) -> std::result::Result<Labels, String> {
    let name = selector.name.as_deref().unwrap_or_default();
    let labels = known.get(name).ok_or_else(|| format!("there is no series `{name}`"))?;
    let Matchers { matchers, or_matchers } = &selector.matchers;
    for matcher in matchers.iter().chain(or_matchers.iter().flatten()) {
        has(labels, &matcher.name, &format!("`{name}`"))?;
    }
    Ok(labels.clone())
}

fn has(labels: &Labels, label: &str, of: &str) -> std::result::Result<(), String> {
    if labels.contains(label) { Ok(()) } else { Err(format!("{of} has no label `{label}`, only {labels:?}")) }
}

fn aggregated(aggregate: &AggregateExpr, known: &Known) -> std::result::Result<Labels, String> {
    let labels = typed(&aggregate.expr, known)?.ok_or("an aggregate of a scalar")?;
    let Some(modifier) = &aggregate.modifier else { return Ok(Labels::new()) };
    for label in &modifier.labels().labels {
        has(&labels, label, &aggregate.expr.to_string())?;
    }
    let named = modifier.labels().labels.iter().cloned();
    Ok(match modifier {
        LabelModifier::Include(_) => named.collect(),
        LabelModifier::Exclude(_) => &labels - &named.collect(),
    })
}

fn combined(binary: &BinaryExpr, known: &Known) -> Result {
    let (left, right) = match (typed(&binary.lhs, known)?, typed(&binary.rhs, known)?) {
        (Some(left), Some(right)) => (left, right),
        (left, right) => return Ok(left.or(right)),
    };
    let modifier = binary.modifier.as_ref();
    let matching = modifier.and_then(|modifier| modifier.matching.as_ref());
    for label in matching.into_iter().flat_map(|matching| &matching.labels().labels) {
        if let Some(LabelModifier::Include(_)) = matching {
            has(&left, label, &binary.lhs.to_string())?;
            has(&right, label, &binary.rhs.to_string())?;
        } else if !left.contains(label) && !right.contains(label) {
            return Err(format!("neither side of {binary} has `{label}`"));
        }
    }
    if binary.op.id() == T_LOR {
        return Ok(Some(&left | &right));
    }
    // Series match by their labels: without a modifier by all of them.
    let matched = |side: &Labels| match matching {
        Some(LabelModifier::Include(labels)) => labels.labels.iter().cloned().collect(),
        Some(LabelModifier::Exclude(labels)) => side - &labels.labels.iter().cloned().collect(),
        None => side.clone(),
    };
    if matched(&left) != matched(&right) {
        return Err(format!("the sides of {binary} never match: {left:?}, {right:?}"));
    }
    Ok(Some(match modifier.map(|modifier| &modifier.card) {
        _ if [T_LAND, T_LUNLESS].contains(&binary.op.id()) => left,
        Some(VectorMatchCardinality::ManyToOne(more)) => &left | &more.labels.iter().cloned().collect(),
        Some(VectorMatchCardinality::OneToMany(more)) => &right | &more.labels.iter().cloned().collect(),
        _ => matched(&left),
    }))
}

fn called(call: &Call, known: &Known) -> Result {
    let mut labels = None;
    for argument in &call.args.args {
        labels = labels.or(typed(argument, known)?);
    }
    let text = |index: usize| match call.args.args.get(index).map(AsRef::as_ref) {
        Some(Expr::StringLiteral(literal)) => Ok(literal.val.clone()),
        _ => Err(format!("argument {index} of {} is no text", call.func.name)),
    };
    match (call.func.name, labels) {
        ("label_replace", Some(mut labels)) => {
            has(&labels, &text(3)?, "the argument of label_replace")?;
            labels.insert(text(1)?);
            Ok(Some(labels))
        }
        ("histogram_quantile", Some(mut labels)) => {
            has(&labels, "le", "the argument of histogram_quantile")?;
            labels.remove("le");
            Ok(Some(labels))
        }
        // They have the labels of matchers, which nothing here relies on.
        ("absent" | "absent_over_time", Some(_)) => Ok(Some(Labels::new())),
        (_, labels) => Ok(labels),
    }
}

#[test]
fn what_does_not_exist_is_found_in_every_part_of_an_expression() {
    let labels = |names: &[&str]| crate::series::labels(names.iter().copied());
    let known = Known::from([
        ("lag".to_owned(), labels(&["group", "partition"])),
        ("end".to_owned(), labels(&["partition"])),
        ("took_bucket".to_owned(), labels(&["group", "le"])),
    ]);
    for (expression, expected) in [
        ("sum by (group) (lag)", &["group"][..]),
        ("sum(lag)", &[]),
        ("lag / on (partition) group_left () end", &["group", "partition"]),
        ("lag and on (partition) end", &["group", "partition"]),
        ("histogram_quantile(0.9, sum by (le) (rate(took_bucket[5m])))", &[]),
        ("label_replace(lag, \"topic\", \"$1\", \"group\", \"(.*)\") > 1", &["group", "partition", "topic"]),
        ("time() - max_over_time(timestamp(end)[1h:30s])", &["partition"]),
        ("min(absent(lag)) or end", &["partition"]),
    ] {
        assert_eq!(labels_of(expression, &known), Ok(labels(expected)), "{expression}");
    }
    for (expression, expected) in [
        ("lags", "no series `lags`"),
        ("lag{topic=\"a\"}", "no label `topic`"),
        ("rate(lag{group=\"a\", topic=~\"b\"}[5m])", "no label `topic`"),
        ("sum by (topic) (lag)", "no label `topic`"),
        ("lag / on (group) group_left () end", "no label `group`"),
        ("lag - end", "never match"),
        ("lag unless end", "never match"),
        ("label_replace(end, \"a\", \"$1\", \"b\", \"(.*)\")", "no label `b`"),
        ("histogram_quantile(0.9, lag)", "no label `le`"),
        ("sum by (group) (sum(lag))", "no label `group`"),
        ("max(end) or lags", "no series `lags`"),
        ("lag +", ""),
    ] {
        let error = labels_of(expression, &known).expect_err(expression);
        assert!(error.contains(expected), "{expression}: {error}");
    }
}
