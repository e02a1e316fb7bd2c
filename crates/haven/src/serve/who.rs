//! Who asks.

/// Who asked, as a record says it where nobody signed in: the device did.
const DEVICE: &str = "DEVICE-0";

/// What somebody may do. Each page names the roles it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Asks, and sees what they asked.
    Officer,
    /// Sees what came in on the watch, and answers.
    Supervisor,
    /// Reads decisions and their reasons, keeps the law and its exceptions.
    Counsel,
    /// Reads everything, changes nothing.
    Auditor,
    /// Enrols people and devices.
    Administrator,
}

impl Role {
    /// The roles, in the order of the list `role` of `law/register.toml`.
    pub(crate) const ALL: [Role; 5] = [Role::Officer, Role::Supervisor, Role::Counsel, Role::Auditor, Role::Administrator];

    /// The word in the register.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Officer => "officer",
            Role::Supervisor => "supervisor",
            Role::Counsel => "counsel",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// The role of a word.
    pub(crate) fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A member of staff who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    /// The id, as it stands in private records.
    pub id: String,
    /// The roles.
    pub roles: Vec<Role>,
    /// The station, where one was given.
    pub station: Option<String>,
}

/// Who asks: somebody who signed in, a device on which nobody has to, or anyone.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// Signed in.
    Staff(Staff),
    /// A device that may ask without a log-in, where the city allows it.
    Device,
    /// Anyone: is answered, and nothing is recorded.
    Anyone,
}

impl Who {
    /// Whether one of the roles is theirs.
    pub(crate) fn has(&self, roles: &[Role]) -> bool {
        matches!(self, Who::Staff(staff) if staff.roles.iter().any(|role| roles.contains(role)))
    }

    /// The staff id under which an entry is made.
    pub(crate) fn by(&self) -> &str {
        match self {
            Who::Staff(staff) => &staff.id,
            Who::Device | Who::Anyone => DEVICE,
        }
    }

    /// Whoever is signed in.
    pub(crate) fn staff(&self) -> Option<&Staff> {
        match self {
            Who::Staff(staff) => Some(staff),
            Who::Device | Who::Anyone => None,
        }
    }

    /// By which door an answer was asked for, as the record says it; none where nothing is recorded.
    pub(crate) fn door(&self) -> Option<&'static str> {
        match self {
            // Who only reads changes nothing, so what they ask is answered and forgotten.
            Who::Staff(_) => self.has(&[Role::Officer, Role::Supervisor]).then_some("signed_in"),
            Who::Device => Some("open_device"),
            Who::Anyone => None,
        }
    }
}
