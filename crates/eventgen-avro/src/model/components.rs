//! Strongly connected components: nodes that reach each other (Tarjan's algorithm, with an explicit stack).

/// A node whose targets are being visited.
struct Visit {
    node: usize,
    targets: Vec<usize>,
}

#[derive(Clone, Copy)]
struct State {
    /// The order of the first visit.
    index: usize,
    /// The smallest index that is reached from here within the open components.
    lowest: usize,
    is_open: bool,
}

/// The components of a graph of `count` nodes. Each comes after those that it reaches.
pub(crate) fn components(count: usize, targets: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    let mut states: Vec<Option<State>> = vec![None; count];
    let (mut found, mut open, mut visits) = (Vec::new(), Vec::new(), Vec::new());
    let mut next_index = 0;
    for start in 0..count {
        if states[start].is_some() {
            continue;
        }
        let mut next = Some(start);
        loop {
            if let Some(node) = next.take() {
                states[node] = Some(State { index: next_index, lowest: next_index, is_open: true });
                next_index += 1;
                open.push(node);
                visits.push(Visit { node, targets: targets(node) });
            }
            let Some(visit) = visits.last_mut() else { break };
            let node = visit.node;
            if let Some(target) = visit.targets.pop() {
                match states[target] {
                    None => next = Some(target),
                    Some(state) if state.is_open => lower(&mut states, node, state.index),
                    Some(_) => {}
                }
                continue;
            }
            visits.pop();
            let Some(state) = states[node] else { continue };
            if let Some(Visit { node: parent, .. }) = visits.last() {
                lower(&mut states, *parent, state.lowest);
            }
            if state.lowest == state.index {
                let from = open.iter().rposition(|&other| other == node).unwrap_or_default();
                let component = open.split_off(from);
                for &node in &component {
                    if let Some(state) = &mut states[node] {
                        state.is_open = false;
                    }
                }
                found.push(component);
            }
        }
    }
    found
}

fn lower(states: &mut [Option<State>], node: usize, index: usize) {
    if let Some(state) = &mut states[node] {
        state.lowest = state.lowest.min(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(edges: &[&[usize]]) -> Vec<Vec<usize>> {
        let mut found = components(edges.len(), |node| edges[node].to_vec());
        for component in &mut found {
            component.sort_unstable();
        }
        found
    }

    #[test]
    fn components_follow_those_that_they_reach() {
        assert_eq!(sorted(&[&[1], &[2], &[1, 3], &[]]), [vec![3], vec![1, 2], vec![0]]);
        assert_eq!(sorted(&[&[0], &[0]]), [vec![0], vec![1]]);
        assert_eq!(sorted(&[&[1, 2], &[3], &[3], &[0]]), [vec![0, 1, 2, 3]]);
        assert_eq!(sorted(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let last = 1_000_000;
        let found = components(last + 1, |node| if node < last { vec![node + 1] } else { vec![] });
        assert_eq!(found.len(), last + 1);
        assert_eq!(found[0], [last]);
    }
}
