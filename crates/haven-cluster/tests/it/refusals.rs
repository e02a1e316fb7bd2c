//! What a cluster refuses, in which words, and how soon.

use crate::data;
use crate::parts::{Cluster, await_until, program, ready, refusal};
use haven_cluster::{Executor, Node, Scheduler};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// An address where nobody listens.
fn nobody() -> String {
    TcpListener::bind((HERE, 0)).unwrap().local_addr().unwrap().to_string()
}

fn asked(scheduler: &str, question: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = program();
    command.args(["submit", "--wait", "2", "--scheduler", scheduler]).args(question).envs(env.iter().copied());
    command
}

/// A scheduler and an executor of these nodes, in threads of this process; gives the scheduler's address.
fn threads(scheduler: Node, executor: Node, folder: &Path) -> String {
    let (tell, told) = mpsc::channel();
    let run = |work: Box<dyn FnOnce(&tokio::runtime::Runtime) + Send>| {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(32 << 20).enable_all().build().unwrap();
            work(&runtime);
        })
    };
    run(Box::new(move |runtime| {
        let at = Scheduler { bind: HERE, port: 0, announce: None };
        runtime.block_on(haven_cluster::scheduler(&scheduler, &at, |address| tell.send(address).unwrap())).unwrap();
    }));
    let address = told.recv().unwrap();
    let at = Executor {
        scheduler: HERE.to_string(),
        scheduler_port: address.port(),
        bind: HERE,
        announce: None,
        slots: 1,
        memory: 1 << 30,
        folder: folder.to_path_buf(),
    };
    run(Box::new(move |runtime| runtime.block_on(haven_cluster::executor(&executor, &at)).unwrap()));
    await_until("the executor has joined", || ready(&address.to_string()).contains("ready: 1"));
    address.to_string()
}

#[test]
fn nobody_to_ask_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let question = ["searches", folder.path().to_str().unwrap()];
    let nowhere = nobody();
    let said = refusal(asked(&nowhere, &question, &[]), SOON);
    assert!(said.contains(&format!("{nowhere}: expected a scheduler of haven-cluster, found")), "{said}");
    let cluster = Cluster::start(0, folder.path(), &[]);
    let said = refusal(asked(&cluster.address, &question, &[]), SOON);
    assert!(said.contains("expected executors that have joined the scheduler, found none in 2 s"), "{said}");
    // Who listens there but is no scheduler.
    let other = TcpListener::bind((HERE, 0)).unwrap();
    let address = other.local_addr().unwrap().to_string();
    let said = refusal(asked(&address, &question, &[]), SOON);
    assert!(said.contains("found no answer"), "{said}");
    let mut lost = program();
    lost.args(["executor", "--scheduler", &nowhere, "--work-dir"]).arg(folder.path());
    let said = refusal(lost, SOON);
    assert!(said.contains(&format!("{nowhere}: expected a scheduler of haven-cluster, found Connection refused")), "{said}");
}

#[test]
fn another_law_another_version_and_a_missing_function_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let acts = folder.path().join("acts");
    data::decided(1, &acts);
    let question = ["decide", acts.to_str().unwrap()];
    let ours = Node::new(data::law());

    // Executors with the law of another place.
    let cluster = Cluster::with(1, folder.path(), &["--jurisdiction", "us/il"]);
    let said = refusal(asked(&cluster.address, &question, &[]), SOON);
    assert!(said.contains("the executor refuses: expected the law ") && said.contains(&ours.law), "{said}");
    // Whoever asks by another law than the scheduler has.
    let said = refusal(asked(&cluster.address, &["decide", question[1], "--jurisdiction", "us/il"], &[]), SOON);
    assert!(said.contains("the scheduler refuses: expected the law "), "{said}");

    let old = Node { program: "haven-cluster 0.0.1 with DataFusion 1.0.0".to_owned(), ..ours.clone() };
    let refused = |who: &str| format!("the {who} refuses: expected {}, as it has itself, found {}", old.program, ours.program);
    let said = refusal(asked(&threads(old.clone(), old.clone(), folder.path()), &question, &[]), SOON);
    assert!(said.contains(&refused("scheduler")), "{said}");
    let said = refusal(asked(&threads(ours.clone(), old.clone(), folder.path()), &question, &[]), SOON);
    assert!(said.contains(&refused("executor")), "{said}");

    let less = Node { functions: Vec::new(), ..ours.clone() };
    let said = refusal(asked(&threads(ours.clone(), less.clone(), folder.path()), &question, &[]), SOON);
    assert!(said.contains("the executor refuses: expected a function `haven_law`, as the scheduler has, found none"), "{said}");
    let said = refusal(asked(&threads(less, ours, folder.path()), &question, &[]), SOON);
    assert!(said.contains("the scheduler refuses: expected a function `haven_law`, as whoever asks has, found none"), "{said}");
}

#[test]
fn a_law_that_cannot_be_read_as_a_whole_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: &[u8], expected: Option<&str>| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let mut command = program();
        command.args(["--law", folder.path().to_str().unwrap(), "submit", "--here", "decide", "nowhere"]);
        let said = refusal(command, SOON);
        // Where the folder is read there is no law in it yet.
        let expected = expected.map_or_else(|| "the law of us/il/chicago: ".to_owned(), |why| format!("{}: {why}", path.display()));
        assert!(said.contains(&expected), "`{expected}` is not in: {said}");
        std::fs::remove_file(&path).unwrap();
    };
    check("us/il/clause.cedar", b"// Peoria\n", None);
    check("us/.DS_Store", b"\xff\xfe", None);
    check("us/il/clause.cedar", b"// Pe\xf1a\n", Some("stream did not contain valid UTF-8"));
    check("us/words.ftl", b"\xff\xfe", Some("stream did not contain valid UTF-8"));
}

#[test]
fn a_state_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let searches = folder.path().join("searches");
    data::searches(1, 100, &searches);
    let ask = |flags: &[&str]| {
        let mut command = program();
        command.args(["submit", "--here", "searches", searches.to_str().unwrap()]).args(flags);
        command
    };
    let expected =
        |flag: &str, found: &str| format!("{flag}: expected the state that is home, by its letters or its name, found `{found}`");
    for (flags, expected) in [
        (&["--state", "XX"][..], expected("--state", "XX")),
        (&["--state", ""], expected("--state", "")),
        (&["--jurisdiction", "us"], expected("--jurisdiction", "") + "; `--state` names it"),
    ] {
        let said = refusal(ask(flags), SOON);
        assert!(said.contains(&expected), "`{expected}` is not in: {said}");
    }
    let by_letters = crate::parts::answer(ask(&["--state", "TX"]));
    assert!(by_letters.contains("state <> 'TX'"), "the rules speak of another state");
    assert_eq!(crate::parts::answer(ask(&["--state", "texas"])), by_letters);
}

#[test]
fn a_store_that_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let question = ["searches", "s3://logs/searches/"];
    let address = format!("http://{}", nobody());
    let env = [
        ("AWS_ACCESS_KEY_ID", "anybody"),
        ("AWS_SECRET_ACCESS_KEY", "a-word-that-nobody-may-see"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", address.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    let cluster = Cluster::start(1, folder.path(), &[]);
    // Nothing says who asks; the store is not there.
    let said = refusal(asked(&cluster.address, &question, &[]), SOON);
    assert!(said.contains("s3://logs: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{said}");
    let said = refusal(asked(&cluster.address, &question, &env), 2 * SOON);
    assert!(said.contains("the searches in s3://logs/searches/: ") && !said.contains(env[1].1), "{said}");

    // Whoever asks can read it, the scheduler cannot, or the executors cannot.
    let mut store = crate::store::Store::start();
    store.bucket("logs");
    let searches = folder.path().join("searches");
    data::searches(1, 100, &searches);
    for file in std::fs::read_dir(&searches).unwrap().map(|file| file.unwrap().path()) {
        let key = format!("searches/{}", file.file_name().unwrap().to_str().unwrap());
        store.put("logs", &[&key], &std::fs::read(&file).unwrap());
    }
    let mut right = env;
    right[3].1 = &store.address;
    let said = refusal(asked(&cluster.address, &question, &right), SOON);
    assert!(said.contains("the scheduler cannot read the store: s3://logs: expected AWS_ACCESS_KEY_ID"), "{said}");
    let cluster = Cluster::start_apart(1, folder.path(), &right);
    let said = refusal(asked(&cluster.address, &question, &right), SOON);
    assert!(said.contains("the executor cannot read the store: s3://logs: expected AWS_ACCESS_KEY_ID"), "{said}");
}
