//! The tables, the goals, and the raw rounds.

use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// Appends of one kind: seconds of each round.
pub struct Appends {
    pub database: &'static str,
    /// Entries of a commit.
    pub group: usize,
    /// Entries of a round.
    pub entries: usize,
    pub register: Vec<f64>,
    pub plain: Vec<f64>,
}

/// What was measured at a million entries; times are in seconds.
pub struct Million {
    pub entries: u64,
    pub build: f64,
    pub database_bytes: u64,
    pub proofs: Vec<f64>,
    pub hashes: usize,
    pub bytes: usize,
    pub exported: f64,
    pub export_bytes: u64,
    pub files: usize,
    pub verified: Vec<f64>,
    pub hashed: Vec<f64>,
}

pub struct Report {
    pub date: String,
    pub machine: String,
    pub rustc: String,
    pub rounds: u64,
    pub bytes: usize,
    pub appends: Vec<Appends>,
    pub million: Option<Million>,
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The value below which `part` of the others lie.
fn quantile(values: &[f64], part: f64) -> f64 {
    let sorted = sorted(values);
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

fn ratios(over: &[f64], under: &[f64]) -> Vec<f64> {
    over.iter().zip(under).map(|(over, under)| over / under).collect()
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**not met**" }
}

impl Report {
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Register benchmark, {}\n\n{}. rustc {}. {} rounds, interleaved; wall time. ",
            self.date, self.machine, self.rustc, self.rounds
        );
        text.push_str("Rates are medians, with the slowest and the\nfastest round; ratios are medians of the ratios within a round.\n\n");
        self.goals(&mut text);
        if !self.appends.is_empty() {
            self.rates(&mut text);
        }
        if let Some(million) = &self.million {
            million.table(&mut text);
        }
        self.reading(&mut text);
        text
    }

    fn rates(&self, text: &mut String) {
        text.push_str("\n| Durable appends, entries a second | Entries a commit | Register | Slowest | Fastest | Plain inserts | Slowest | Fastest | Register ÷ plain | Lowest | Highest |\n");
        text.push_str("|---|---|---|---|---|---|---|---|---|---|---|\n");
        for row in &self.appends {
            let rate = |seconds: f64| row.entries as f64 / seconds;
            write!(text, "| {} | {} |", row.database, row.group).unwrap();
            for seconds in [&row.register, &row.plain] {
                let (slowest, fastest) = (quantile(seconds, 1.0), quantile(seconds, 0.0));
                write!(text, " {:.0} | {:.0} | {:.0} |", rate(median(seconds)), rate(slowest), rate(fastest)).unwrap();
            }
            let ratios = ratios(&row.plain, &row.register);
            writeln!(text, " {:.2} | {:.2} | {:.2} |", median(&ratios), quantile(&ratios, 0.0), quantile(&ratios, 1.0)).unwrap();
        }
    }

    fn reading(&self, text: &mut String) {
        text.push_str("\nHow to read it:\n\n");
        writeln!(
            text,
            "- A plain insert writes {} random bytes, as many as a record, its salt, its entry and its leaf hash have, into one",
            self.bytes
        )
        .unwrap();
        text.push_str("  table with one key, as many rows a commit and a statement; both sync with each commit (`synchronous=FULL`,\n");
        text.push_str("  `synchronous_commit=on`). The register also checks, seals and signs, and keeps indexes. 4,096 entries stand there before each round.\n");
        text.push_str("- Proofs are made by the register from the database as it stands, for entries all over the log, text included.\n");
        text.push_str(
            "- Hashing twice reads the same files and does nothing but SHA-256 over each of them, two times; the verification reads the\n",
        );
        text.push_str("  entries, computes the tree and compares every hash of every tile. Both find the files in memory.\n");
    }

    fn goals(&self, text: &mut String) {
        text.push_str("| Goal | Figure | |\n|---|---|---|\n");
        for row in &self.appends {
            let ratio = median(&ratios(&row.plain, &row.register));
            let goal =
                format!("{}, {} a commit: appends at least half as fast as plain inserts of the same bytes", row.database, row.group);
            writeln!(text, "| {goal} | {ratio:.2} × | {} |", met(ratio >= 0.5)).unwrap();
        }
        if let Some(million) = &self.million {
            let hashes = 32 * million.hashes;
            writeln!(text, "| the hashes of a proof at most 1 KiB | {hashes} bytes, {} hashes | {} |", million.hashes, met(hashes <= 1024))
                .unwrap();
            writeln!(
                text,
                "| a proof as text, with its checkpoint, at most 1 KiB | {} bytes | {} |",
                million.bytes,
                met(million.bytes <= 1024)
            )
            .unwrap();
            let time = median(&million.proofs) * 1e3;
            writeln!(text, "| a proof made in at most 1 ms | {time:.2} ms | {} |", met(time <= 1.0)).unwrap();
            let ratio = median(&ratios(&million.verified, &million.hashed));
            writeln!(text, "| verification at most twice as long as hashing the bytes twice | {ratio:.2} × | {} |", met(ratio <= 2.0))
                .unwrap();
        }
    }

    pub fn write(&self, out: &Path) {
        std::fs::create_dir_all(out).expect("the folder of results");
        let machine: String =
            self.machine.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect();
        let name = format!("{}-{}", self.date, machine.replace("--", "-"));
        let appends: Vec<_> = self.appends.iter().map(|row| {
            json!({ "database": row.database, "group": row.group, "entries": row.entries, "register_s": row.register, "plain_s": row.plain })
        }).collect();
        let million = self.million.as_ref().map(|million| {
            json!({
                "entries": million.entries, "build_s": million.build, "database_bytes": million.database_bytes,
                "proof_bytes_max": million.bytes, "proof_hashes_max": million.hashes, "proof_s": million.proofs,
                "export_s": million.exported, "export_bytes": million.export_bytes, "export_files": million.files,
                "verify_s": million.verified, "hash_twice_s": million.hashed,
            })
        });
        let raw = json!({ "date": self.date, "machine": self.machine, "rustc": self.rustc, "bytes": self.bytes, "appends": appends, "million": million });
        std::fs::write(out.join(format!("{name}.json")), format!("{raw}\n")).expect("the results");
        std::fs::write(out.join(format!("{name}.md")), self.markdown()).expect("the results");
    }
}

impl Million {
    fn table(&self, text: &mut String) {
        writeln!(text, "\n| At {} entries | |\n|---|---|", self.entries).unwrap();
        writeln!(
            text,
            "| growing to it through the register, SQLite, without waiting for the disk | {:.0} entries/s |",
            self.entries as f64 / self.build
        )
        .unwrap();
        writeln!(text, "| database | {:.0} bytes an entry |", self.database_bytes as f64 / self.entries as f64).unwrap();
        let times: Vec<String> = [0.5, 0.99, 1.0].iter().map(|part| format!("{:.2}", quantile(&self.proofs, *part) * 1e3)).collect();
        writeln!(text, "| a proof: size | {} bytes, {} hashes |", self.bytes, self.hashes).unwrap();
        writeln!(
            text,
            "| a proof: time to make one, {} of them | median {} ms, 99th of 100 {} ms, slowest {} ms |",
            self.proofs.len(),
            times[0],
            times[1],
            times[2]
        )
        .unwrap();
        writeln!(text, "| export | {} files, {:.0} MB, {:.1} s |", self.files, self.export_bytes as f64 / 1e6, self.exported).unwrap();
        let (verified, hashed) = (median(&self.verified), median(&self.hashed));
        writeln!(text, "| full verification of the export | {verified:.2} s, {:.0} entries/s |", self.entries as f64 / verified).unwrap();
        writeln!(text, "| hashing the same bytes twice | {hashed:.2} s |").unwrap();
    }
}
