//! `haven audit generate`: a log that nobody wrote.

use super::{data, of, unwritten, wrong};
use crate::error::CliError;
use haven_audit::generate::{Generator, Kind};
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

/// The page that says how it is done.
const PAGE: &str = "audit-generate";

/// Flags of `haven audit generate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many rows; a list of agencies ends where there are no more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    rows: u64,
    /// The same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// As what a vendor, or a state, would have exported it
    #[arg(long, value_enum, default_value = "network-audit")]
    layout: Layout,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Layout {
    NetworkAudit,
    OrganizationAudit,
    PortalAudit,
    HotListActions,
    SharingList,
    Agreements,
    Declarations,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, CliError> {
    let (file, text) = of(&data()?, &["generator.toml"], None).pop().unwrap_or_default();
    let generator = Generator::load(&file, &text).map_err(wrong(PAGE))?;
    let kind = match args.layout {
        Layout::NetworkAudit => Kind::Network,
        Layout::OrganizationAudit => Kind::Organization,
        Layout::PortalAudit => Kind::Portal,
        Layout::HotListActions => Kind::HotList,
        Layout::SharingList => Kind::Sharing,
        Layout::Agreements => Kind::Agreements,
        Layout::Declarations => Kind::Declarations,
    };
    // What is there may be somebody's real log.
    let out = File::create_new(&args.out).map_err(unwritten(&args.out))?;
    let rows = generator.write(kind, args.rows, args.seed, &mut BufWriter::new(out)).map_err(unwritten(&args.out))?;
    crate::register::out(&format!("{}: {rows} rows, made up: nobody in it exists\n", args.out.display()))?;
    Ok(ExitCode::SUCCESS)
}
