//! What a cluster answers.

use crate::data;
use crate::parts::{Cluster, answer, await_until, end, program};
use crate::store::Store;
use haven_audit::provisions::{Counted, Decided};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

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
fn shuffled(folder: &Path) -> Vec<std::path::PathBuf> {
    let own = fs::read_dir(folder).unwrap().flatten();
    own.flat_map(|own| fs::read_dir(own.path()).into_iter().flatten().flatten()).map(|job| job.path()).collect()
}

#[test]
fn an_executor_that_dies_in_the_middle_ends_in_an_error_or_in_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let searches = folder.path().join("searches");
    data::searches(6, 50_000, &searches);
    let question = ["searches", searches.to_str().unwrap()];
    let expected = here(&question, &[]);
    let mut cluster = Cluster::start(3, folder.path(), &[]);
    let mut command = asked(&cluster, &question, &[]);
    let mut asking = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let victim = &mut cluster.executors[1];
    await_until("the executor has done a part", || !shuffled(&victim.folder).is_empty());
    assert!(asking.try_wait().unwrap().is_none(), "the job ended before its executor did");
    victim.part.kill();
    let (code, out, err) = end(asking, Duration::from_secs(60));
    match code {
        Some(0) => assert!(out == expected, "other bytes after an executor died"),
        code => assert!(code == Some(2) && out.is_empty() && err.contains("an executor was lost, and the answer with it"), "{err}"),
    }
}
