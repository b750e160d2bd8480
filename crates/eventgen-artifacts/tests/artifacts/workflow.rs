//! actionlint, the oracle of GitHub's workflows, accepts the workflow.

use eventgen_artifacts::ci::{Settings, workflow};

use crate::judges::{Folder, finds_each, judge, with_each};

#[test]
#[ignore = "needs actionlint"]
fn actionlint_accepts_workflows() {
    let folder = Folder::new();
    let variables = || vec!["A".to_owned(), "B_1".to_owned()];
    folder.write("none", &workflow(&Settings::new()).expect("a workflow"));
    for (index, name) in ["prod", "a b: #c", "it's \"$HOME\"", "${{ secrets.X }} ${{"].into_iter().enumerate()
    {
        let settings = Settings::for_environment(name, variables(), Vec::new());
        folder.write(&index.to_string(), &workflow(&settings).expect("a workflow"));
    }
    assert_eq!(judge("EVENTGEN_JUDGES", "workflow.mjs", &[], folder.path()), Vec::<String>::new());
    let text = workflow(&Settings::new()).expect("a workflow").text;
    let mistakes = [
        ("runs-on", "run-on"),
        ("github.event_name", "github.event_nam"),
        ("secrets.KAFKA", "secret.KAFKA"),
        ("pull_request:", "pull_requests:"),
        ("contents: read", "contents: reed"),
    ];
    finds_each("workflow.mjs", &[], "yml", &with_each(&text, &mistakes));
}
