//! How many connections one address may hold, so that nobody takes all of them alone.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// How much of an address of IPv6 is one network: whoever has one has all of the rest.
const NETWORK_BITS: u32 = 64;

/// The connections that are open, by where they come from. Nothing of it is kept once they are closed.
pub(super) struct Crowd {
    most: usize,
    /// Whether this machine itself may hold as many as there are: the proxy before the service is there.
    spares_own: bool,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// The place of an open connection; it is free again when this is dropped.
pub(super) struct Place(Option<(Arc<Crowd>, IpAddr)>);

impl Crowd {
    /// With all places free.
    pub(super) fn new(most: usize, spares_own: bool) -> Arc<Crowd> {
        Arc::new(Crowd { most, spares_own, open: Mutex::new(HashMap::new()) })
    }

    /// A place for a connection, unless where it comes from holds all of its places.
    pub(super) fn admit(self: &Arc<Crowd>, peer: SocketAddr) -> Option<Place> {
        let from = network(peer.ip().to_canonical());
        if self.spares_own && from.is_loopback() {
            return Some(Place(None));
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let held = open.entry(from).or_default();
        if *held >= self.most {
            return None;
        }
        *held += 1;
        Some(Place(Some((Arc::clone(self), from))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((crowd, from)) = &self.0 else { return };
        let mut open = crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(from) {
            Some(held) if *held > 1 => *held -= 1,
            _ => drop(open.remove(from)),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) if !address.is_loopback() => {
            let mask = u128::MAX << (u128::BITS - NETWORK_BITS);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
        address => address,
    }
}
