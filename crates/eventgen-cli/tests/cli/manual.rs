//! `eventgen completions` and `eventgen man`, read by shells and by the programs that show manuals, where these are.

use std::fs;
use std::io::ErrorKind;
use std::process::{Command, Output};

use crate::support::Project;

/// Runs a program in the project. `None` if it is not on this machine.
fn run(project: &Project, program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).current_dir(project.path()).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("{program} is not on this machine");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

#[test]
fn every_shell_reads_its_script() {
    let project = Project::new();
    for (shell, parse) in [
        ("bash", &["-n", "script"][..]),
        ("zsh", &["-n", "script"]),
        ("fish", &["--no-execute", "script"]),
        ("elvish", &["-compileonly", "script"]),
        ("powershell", &[]),
    ] {
        let ran = project.run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        assert!(ran.stdout.contains("redrive"), "{shell}: {}", ran.stdout);
        project.write("script", &ran.stdout);
        if parse.is_empty() {
            continue;
        }
        if let Some(output) = run(&project, shell, parse) {
            assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
        }
    }
    project.run(&["completions", "cmd"]).fails(2, &["invalid value 'cmd'", "bash"]);
}

#[test]
fn bash_completes_commands_options_and_values() {
    let project = Project::new();
    project.write("eventgen.bash", &project.run(&["completions", "bash"]).stdout);
    for (words, completed) in [
        (&["eventgen", "topics", "pl"][..], "plan"),
        (&["eventgen", "dlq", "redrive", "--refuse"], "--refuse-stale"),
        (&["eventgen", "generate", "asy"], "asyncapi"),
        (&["eventgen", "--color", "al"], "always"),
    ] {
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let script = format!(
            "source ./eventgen.bash; COMP_WORDS=({}); COMP_CWORD={}; _eventgen eventgen '{last}' '{before}'; echo ${{COMPREPLY[@]}}",
            words.join(" "),
            words.len() - 1
        );
        let Some(output) = run(&project, "bash", &["-c", &script]) else { return };
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), completed, "{words:?}: {output:?}");
    }
}

#[test]
fn every_command_has_a_page_that_renders() {
    let project = Project::new();
    let ran = project.run(&["man", "--out", "man1"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let pages: Vec<&str> = ran.stdout.lines().collect();
    for name in ["eventgen", "eventgen-check", "eventgen-topics-apply", "eventgen-generate-strimzi"] {
        assert!(pages.contains(&format!("man1/{name}.1").as_str()), "{name}: {pages:?}");
    }
    assert!(!pages.iter().any(|page| page.contains("-help")), "{pages:?}");
    let page = project.read("man1/eventgen-topics-plan.1");
    for text in ["EXIT STATUS", "allow\\-repartition", "eventgen topics plan", "no broker answers"] {
        assert!(page.contains(text), "`{text}` is not in {page}");
    }
    assert_eq!(fs::read_dir(project.path().join("man1")).expect("a folder").count(), pages.len());
    for page in pages {
        if let Some(output) = run(&project, "groff", &["-man", "-Tutf8", "-ww", "-z", page]) {
            assert!(output.status.success() && output.stderr.is_empty(), "{page}: {output:?}");
        }
        if let Some(output) = run(&project, "mandoc", &["-T", "lint", "-W", "error", page]) {
            assert!(output.status.success(), "{page}: {output:?}");
        }
    }
}
