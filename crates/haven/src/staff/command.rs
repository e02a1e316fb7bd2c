//! `haven staff`: who may sign in on the pages. The first administrator is made here.

use super::{Code, Refused, enrol, renew_code, revoke_sessions, set_disabled, set_roles, set_station};
use crate::config::Config;
use crate::error::CliError;
use crate::register::{not_written, out};
use crate::{laws, node};
use haven_law::pack::Source;
use haven_register::register::Register;
use haven_register::staff::{StaffError, id_of};
use jiff::ZonedDateTime;
use std::process::ExitCode;

/// The commands of `haven staff`.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Enrol a member of staff, by id; prints the one-time code with which they set a password
    #[command(after_help = "Examples:
  haven staff add A-1 --role administrator --by A-1
  haven staff add S-1042 --role officer --role supervisor --station 012 --by A-1")]
    Add {
        /// The staff id: letters, digits and `-`, with a digit in it; never a name
        id: String,
        /// What they may do: officer, supervisor, counsel, auditor or administrator; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        /// The station at which they ask
        #[arg(long)]
        station: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// List who is enrolled
    #[command(after_help = "Example:\n  haven staff list")]
    List,
    /// Give another one-time code; the password and all sessions are gone
    #[command(after_help = "Example:\n  haven staff code S-7 --by A-1")]
    Code {
        /// The staff id
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Change what somebody may do, at once
    #[command(after_help = "Example:\n  haven staff roles S-7 --role counsel --role auditor --by A-1")]
    Roles {
        /// The staff id
        id: String,
        /// All the roles from now on; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        #[command(flatten)]
        by: By,
    },
    /// Change the station at which somebody asks and acts, at once
    #[command(after_help = "Examples:
  haven staff station S-7 012 --by A-1
  haven staff station S-7 --by A-1")]
    Station {
        /// The staff id
        id: String,
        /// The station; left out, they have none
        #[arg(default_value = "")]
        station: String,
        #[command(flatten)]
        by: By,
    },
    /// Let somebody sign in no longer; their sessions end
    #[command(after_help = "Example:\n  haven staff disable S-7 --by A-1")]
    Disable {
        /// The staff id
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Let somebody sign in again
    #[command(after_help = "Example:\n  haven staff enable S-7 --by A-1")]
    Enable {
        /// The staff id
        id: String,
        #[command(flatten)]
        by: By,
    },
    /// Say which sessions somebody has, or end them all
    #[command(after_help = "Examples:\n  haven staff sessions S-7\n  haven staff sessions S-7 --revoke --by A-1")]
    Sessions {
        /// The staff id
        id: String,
        /// End them
        #[arg(long, requires = "by")]
        revoke: bool,
        /// Who ends them, by staff id; kept in the private record
        #[arg(long, value_name = "STAFF")]
        by: Option<String>,
    },
}

/// Who makes a change.
#[derive(clap::Args)]
pub(crate) struct By {
    /// Who makes the change, by staff id; kept in the private record
    #[arg(long, value_name = "STAFF")]
    by: String,
}

/// Runs the command.
pub(crate) fn run(command: &Command, source: &Source, config: &Config) -> Result<ExitCode, CliError> {
    let pack = laws::pack(source, &config.jurisdiction)?;
    let schema = node::schema(source, &pack)?;
    let now = node::now(&schema)?;
    let writes = !matches!(command, Command::List | Command::Sessions { revoke: false, .. });
    let said = node::run(async {
        let register = if writes { node::open(config, &schema).await? } else { node::read(config, &schema).await? };
        let said = act(command, &register, &now).await.map_err(refused);
        register.close().await;
        said
    })?;
    out(&said)?;
    Ok(ExitCode::SUCCESS)
}

async fn act(command: &Command, register: &Register, now: &ZonedDateTime) -> Result<String, Refused> {
    match command {
        Command::Add { id, roles, station, by } => {
            let (id, code) = enrol(register, &by.by, id, roles, station.as_deref(), now).await?;
            Ok(told(&id, &code))
        }
        Command::Code { id, by } => {
            let (id, code) = renew_code(register, &by.by, id, now).await?;
            Ok(told(&id, &code))
        }
        Command::Roles { id, roles, by } => {
            set_roles(register, &by.by, id, roles, now).await?;
            Ok("changed\n".to_owned())
        }
        Command::Station { id, station, by } => {
            set_station(register, &by.by, id, station, now).await?;
            Ok("changed\n".to_owned())
        }
        Command::Disable { id, by } => {
            set_disabled(register, &by.by, id, true, now).await?;
            Ok("disabled\n".to_owned())
        }
        Command::Enable { id, by } => {
            set_disabled(register, &by.by, id, false, now).await?;
            Ok("enabled\n".to_owned())
        }
        Command::Sessions { id, revoke: true, by } => {
            let ended = revoke_sessions(register, by.as_deref().unwrap_or_default(), id, now).await?;
            Ok(format!("{ended} ended\n"))
        }
        Command::Sessions { id, revoke: false, .. } => {
            let id = id_of(id).map_err(StaffError::from)?;
            let sessions = register.sessions(&id, now.timestamp()).await.map_err(StaffError::from)?;
            let line = |session: &haven_register::staff::Session| {
                format!("began {}, last used {}, ends {}\n", at(session.created, now), at(session.seen, now), at(session.expires, now))
            };
            Ok(sessions.iter().map(line).chain([format!("{} open\n", sessions.len())]).collect())
        }
        Command::List => {
            let listed = register.staff(now.timestamp()).await.map_err(StaffError::from)?;
            let line = |each: &haven_register::staff::Listed| {
                let state = match (each.member.disabled, each.code_until, &each.member.password) {
                    (true, ..) => "disabled".to_owned(),
                    (_, Some(until), None) => format!("has a code until {}", at(until, now)),
                    (_, None, None) => "has no password".to_owned(),
                    _ => "enrolled".to_owned(),
                };
                let station = each.member.station.as_deref().unwrap_or("no station");
                format!("{}  {}  {station}  {state}  {} open sessions\n", each.member.id, each.member.roles.join(", "), each.sessions)
            };
            Ok(listed.iter().map(line).chain([format!("{} enrolled\n", listed.len())]).collect())
        }
    }
}

fn told(id: &str, code: &Code) -> String {
    format!(
        "{id}\ncode   {}\nuntil  {}\nHand the code over in person. It sets a password on the page /enrol, once.\n",
        code.text,
        code.until.strftime("%Y-%m-%d %H:%M")
    )
}

/// A moment in the jurisdiction's time.
fn at(second: i64, now: &ZonedDateTime) -> String {
    let moment = jiff::Timestamp::from_second(second).map(|moment| moment.to_zoned_datetime(now.time_zone().clone()));
    moment.map_or_else(|_| "unknown".to_owned(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}

fn refused(refused: Refused) -> CliError {
    let hint = match &refused {
        Refused::NotRecorded(error) => return not_written(error),
        Refused::Staff(StaffError::Present) => "`haven staff roles` changes what they may do, `haven staff code` gives a new code",
        Refused::Staff(StaffError::Elsewhere) => "their password is the city's; `haven staff disable` shuts them out here",
        Refused::Staff(StaffError::Absent) => "`haven staff list` shows who is enrolled",
        _ => "nothing was changed",
    };
    CliError::other(refused.to_string(), hint)
}
