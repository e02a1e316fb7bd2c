//! The crash harness in a short form: every kind of crash, at fewer points. `make crash` runs the long one.

#[path = "../../crash/mod.rs"]
mod harness;

use harness::Tally;
use std::time::Duration;

/// Nothing was lost, nothing is broken, there is one history; and there was something to lose.
fn check_clean(what: &str, tally: &Tally) {
    println!("{what}: {} points, {} acknowledgements held\n{:#?}", tally.points, tally.held, tally.notes);
    assert!(tally.is_clean(), "{what}: {:#?}", tally.flaws);
    assert!(tally.held > 0, "{what}: nothing was acknowledged");
}

#[test]
fn nothing_acknowledged_is_lost_with_the_power() {
    check_clean("power", &harness::power(100, 12, 4, false, 1));
}

/// With a weaker setting the same harness finds losses, or its zero would prove nothing.
#[test]
fn the_harness_finds_what_a_weaker_setting_loses() {
    let weak = harness::power(30, 4, 4, true, 2);
    assert!(weak.lost > 0, "{} points and nothing lost: the harness does not bite", weak.points);
}

#[test]
fn nothing_acknowledged_is_lost_when_a_node_is_killed() {
    check_clean("kills", &harness::kills(10, 3));
}

#[test]
fn after_a_failed_synchronisation_nothing_more_is_acknowledged() {
    check_clean("syncs", &harness::syncs(14, 3, 4));
}

#[test]
fn nothing_acknowledged_is_lost_on_a_full_disk() {
    check_clean("full disk", &harness::full_disk(5, 3, 5));
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    check_clean("server", &harness::server_kills(4, 6));
    let weak = harness::weak_server_kills(1, 7);
    assert!(weak.lost > 0, "{} points and nothing lost: the harness does not bite", weak.points);
}

#[test]
fn several_nodes_write_one_history() {
    check_clean("nodes", &harness::nodes(4, Duration::from_secs(5), 8));
}
