//! What a cluster answers.

use crate::data;
use crate::parts::{Cluster, LONG, answer, await_until, end, program};
use crate::store::Store;
use haven_audit::provisions::{Counted, Decided};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Has what a question is answered with in this process alone.
fn here(question: &[&str], env: &[(&str, &str)]) -> String {
    let mut command = program();
    command.args(["submit", "--here"]).args(question).envs(env.iter().copied());
    answer(command)
}

fn asked(cluster: &Cluster, question: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = cluster.submit();
    command.args(question).envs(env.iter().copied());
    command
}

/// The counts of a log that was decided, as the question to a table of its acts has them.
fn counts(decided: Decided) -> String {
    let Decided { law, acts, answers, by, provisions, undetermined, .. } = decided;
    serde_json::to_string_pretty(&Counted { law, acts, answers, by, provisions, undetermined }).unwrap() + "\n"
}

#[test]
fn three_executors_answer_with_the_bytes_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let (searches, acts) = (folder.path().join("searches"), folder.path().join("acts"));
    data::searches(4, 20_000, &searches);
    let decided = counts(data::decided(500, &acts));
    let (searches, acts) = (searches.to_str().unwrap(), acts.to_str().unwrap());

    let mut store = Store::start();
    store.bucket("logs");
    for (folder, name) in [(searches, "searches"), (acts, "acts")] {
        for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            let key = format!("{name}/{}", file.file_name().unwrap().to_str().unwrap());
            store.put("logs", &[&key], &fs::read(&file).unwrap());
        }
    }
    let address = store.address.clone();
    let env = [
        ("AWS_ACCESS_KEY_ID", "anybody"),
        ("AWS_SECRET_ACCESS_KEY", "anything"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", address.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let cluster = Cluster::start(3, folder.path(), &env);
    for (question, also) in [
        (&["searches", searches, "--accounts"][..], &["searches", "s3://logs/searches/", "--accounts"][..]),
        (&["searches", searches, "--state", "TX", "--retention", "7", "--queue", "5"], &[]),
        (&["decide", acts], &["decide", "s3://logs/acts/"]),
    ] {
        let expected = here(question, &[]);
        assert!(expected.len() > 1000 && answer(asked(&cluster, question, &[])) == expected, "{question:?}");
        if !also.is_empty() {
            assert!(answer(asked(&cluster, also, &env)) == expected, "{also:?}");
            assert!(here(also, &env) == expected, "{also:?}, without a cluster");
        }
        if question[0] == "decide" {
            assert_eq!(expected, decided, "what was counted when the log was read");
        }
    }
    // Every executor had a part in it, and leaves nothing behind.
    for executor in &cluster.executors {
        assert!(!shuffled(&executor.folder).is_empty(), "{} was given nothing to do", executor.folder.display());
    }
    let Cluster { executors, scheduler, .. } = cluster;
    for mut executor in executors {
        Command::new("kill").arg(executor.part.0.id().to_string()).status().unwrap();
        assert_eq!(end_of(&mut executor.part.0), Some(0));
        assert_eq!(fs::read_dir(&executor.folder).unwrap().count(), 0);
    }
    drop(scheduler);
}

fn end_of(child: &mut std::process::Child) -> Option<i32> {
    let mut code = None;
    await_until("an executor that was told to stop ends", || match child.try_wait().unwrap() {
        Some(status) => {
            code = status.code();
            true
        }
        None => false,
    });
    code
}

/// The jobs of which an executor holds something.
fn shuffled(folder: &Path) -> BTreeSet<PathBuf> {
    let own = fs::read_dir(folder).unwrap().flatten();
    own.flat_map(|own| fs::read_dir(own.path()).into_iter().flatten().flatten()).map(|job| job.path()).collect()
}

/// Asks, and does this to an executor once it has done a part of it; how the one who asks ends.
fn hit(cluster: &Cluster, question: &[&str], victim: usize, what: &str) -> (Option<i32>, String, String) {
    let victim = &cluster.executors[victim];
    let before = shuffled(&victim.folder);
    let mut command = asked(cluster, question, &[]);
    let mut asking = command.args(["--wait", "3"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    await_until("the executor has done a part", || !shuffled(&victim.folder).is_subset(&before));
    assert!(asking.try_wait().unwrap().is_none(), "the question ended before it could be disturbed");
    assert!(Command::new("kill").args([what, &victim.part.0.id().to_string()]).status().unwrap().success());
    end(asking, LONG)
}

#[test]
fn an_executor_that_is_lost_in_the_middle_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let searches = folder.path().join("searches");
    data::searches(6, 50_000, &searches);
    let question = ["searches", searches.to_str().unwrap()];
    let expected = here(&question, &[]);
    let cluster = Cluster::start(3, folder.path(), &[]);
    // One is killed; one says goodbye.
    for (victim, what) in [(1, "-KILL"), (2, "-TERM")] {
        let (code, out, err) = hit(&cluster, &question, victim, what);
        assert!(code == Some(0) && out == expected, "{what}: {code:?} {err}");
        assert!(err.contains("the question is asked again (2 of 5)"), "{what}: {err}");
        // The others go on as if nothing had been: no line is said.
        assert!(answer(asked(&cluster, &question, &[])) == expected, "after {what}");
    }
    // With the last one there is nobody to ask.
    let (code, out, err) = hit(&cluster, &question, 0, "-KILL");
    assert!(code == Some(2) && out.is_empty(), "{code:?} {err}");
    assert!(err.contains("expected executors that have joined the scheduler, found none in 3 s"), "{err}");
}

#[test]
fn an_executor_that_falls_silent_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let searches = folder.path().join("searches");
    data::searches(6, 50_000, &searches);
    let question = ["searches", searches.to_str().unwrap()];
    let cluster = Cluster::start(2, folder.path(), &[]);
    let (code, out, err) = hit(&cluster, &question, 1, "-STOP");
    assert!(code == Some(0) && out == here(&question, &[]), "{code:?} {err}");
    assert!(err.contains("an executor was lost, and the answer with it; the question is asked again"), "{err}");
}
