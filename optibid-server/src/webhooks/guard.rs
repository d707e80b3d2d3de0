//! Which addresses may be connected to: those of the public internet.
//!
//! The tables are IANA's special-purpose registries (RFC 6890), checked one by one; whatever is not known to be public is
//! refused. The addresses under which clouds tell their machines secrets are refused whatever the settings say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses, and what it is.
struct Range<A> {
    first: A,
    bits: u32,
    about: &'static str,
    /// Whether the setting for development opens it.
    opens: bool,
}

const fn v4(first: [u8; 4], bits: u32, about: &'static str) -> Range<Ipv4Addr> {
    let [a, b, c, d] = first;
    Range {
        first: Ipv4Addr::new(a, b, c, d),
        bits,
        about,
        opens: false,
    }
}

const fn v6(first: [u16; 4], bits: u32, about: &'static str) -> Range<Ipv6Addr> {
    let [a, b, c, d] = first;
    Range {
        first: Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0),
        bits,
        about,
        opens: false,
    }
}

impl<A> Range<A> {
    /// A range that the setting for development opens.
    const fn private(self) -> Self
    where
        A: Copy,
    {
        Self {
            opens: true,
            ..self
        }
    }
}

/// The first that holds an address says what it is.
const V4: [Range<Ipv4Addr>; 18] = [
    v4([169, 254, 169, 254], 32, "the metadata of a cloud"),
    v4([100, 100, 100, 200], 32, "the metadata of a cloud"),
    v4([168, 63, 129, 16], 32, "the metadata of a cloud"),
    v4([192, 0, 0, 192], 32, "the metadata of a cloud"),
    v4([0, 0, 0, 0], 8, "no address of a host"),
    v4([10, 0, 0, 0], 8, "a private address").private(),
    v4([100, 64, 0, 0], 10, "an address behind a provider's NAT").private(),
    v4([127, 0, 0, 0], 8, "a loopback address").private(),
    v4([169, 254, 0, 0], 16, "a link-local address"),
    v4([172, 16, 0, 0], 12, "a private address").private(),
    v4([192, 0, 0, 0], 24, "a reserved address"),
    v4([192, 0, 2, 0], 24, "an address for documentation"),
    v4([192, 88, 99, 0], 24, "a reserved address"),
    v4([192, 168, 0, 0], 16, "a private address").private(),
    v4([198, 18, 0, 0], 15, "an address for measurements"),
    v4([198, 51, 100, 0], 24, "an address for documentation"),
    v4([203, 0, 113, 0], 24, "an address for documentation"),
    // Multicast (224/4) and reserved (240/4), broadcast included.
    v4([224, 0, 0, 0], 3, "a multicast or reserved address"),
];

/// As for [`V4`]. Only 2000::/3 is handed out to hosts; what is not listed and not in it is refused as well.
const V6: [Range<Ipv6Addr>; 9] = [
    v6([0xfd00, 0xec2, 0, 0], 64, "the metadata of a cloud"),
    v6([0xfd20, 0xce, 0, 0], 64, "the metadata of a cloud"),
    v6([0xfc00, 0, 0, 0], 7, "a private address").private(),
    v6([0xfe80, 0, 0, 0], 10, "a link-local address"),
    v6([0xff00, 0, 0, 0], 8, "a multicast address"),
    v6([0x2001, 0, 0, 0], 23, "a reserved address"),
    v6([0x2001, 0xdb8, 0, 0], 32, "an address for documentation"),
    // An IPv4 address is inside, and a gateway would lead to it.
    v6([0x2002, 0, 0, 0], 16, "an IPv4 address in disguise"),
    v6([0x3fff, 0, 0, 0], 20, "an address for documentation"),
];

/// Why no message may be sent to an address; none when it may.
pub(super) fn refusal(address: IpAddr, allow_private: bool) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => refusal_v4(address, allow_private),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            // ::ffff:127.0.0.1 is 127.0.0.1.
            Some(inner) => refusal_v4(inner, allow_private),
            None => refusal_v6(address, allow_private),
        },
    }
}

fn refusal_v4(address: Ipv4Addr, allow_private: bool) -> Option<&'static str> {
    let holds = |range: &&Range<Ipv4Addr>| {
        let apart = range.first.to_bits() ^ address.to_bits();
        apart.leading_zeros() >= range.bits
    };
    let range = V4.iter().find(holds)?;
    (!(range.opens && allow_private)).then_some(range.about)
}

fn refusal_v6(address: Ipv6Addr, allow_private: bool) -> Option<&'static str> {
    if address == Ipv6Addr::LOCALHOST {
        return (!allow_private).then_some("a loopback address");
    }
    let holds = |range: &&Range<Ipv6Addr>| {
        let apart = range.first.to_bits() ^ address.to_bits();
        apart.leading_zeros() >= range.bits
    };
    match V6.iter().find(holds) {
        Some(range) => (!(range.opens && allow_private)).then_some(range.about),
        None if address.segments()[0] >> 13 == 1 => None,
        None => Some("no address of a host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str, allow_private: bool) -> bool {
        refusal(address.parse().unwrap(), allow_private).is_some()
    }

    /// First and last of every range that is not public, and both its neighbours where they are public.
    #[test]
    fn what_is_not_public_is_refused_from_its_first_to_its_last_address() {
        for address in "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1 \
             127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 \
             192.0.0.192 192.0.0.255 192.0.2.0 192.0.2.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 \
             198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 \
             239.255.255.255 240.0.0.0 255.255.255.255 168.63.129.16 100.100.100.200 :: ::1 ::2 ::ffff:0.0.0.0 \
             ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:100.64.0.1 ::ffff:192.168.1.1 \
             ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:1ff:ffff::1 2001:db8::1 \
             2001:db8:ffff:ffff::1 2002:7f00:1::1 2002:ffff::1 3fff::1 3fff:fff:ffff::1 4000::1 5f00::1 fc00::1 \
             fd00::1 fdff:ffff::1 fd00:ec2::254 fd20:ce::254 fe80::1 febf:ffff::1 fec0::1 ff00::1 ff02::1 ffff::1"
            .split_whitespace()
        {
            assert!(refused(address, false), "{address}");
        }
    }

    #[test]
    fn public_addresses_pass_up_to_the_edges() {
        for address in "1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 \
             169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 \
             192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 \
             198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 ::ffff:8.8.8.8 2000::1 2001:200::1 \
             2001:4860:4860::8888 2001:db7:ffff::1 2001:db9::1 2003::1 2606:4700::1111 3ffe:ffff::1 3fff:1000::1"
            .split_whitespace()
        {
            assert!(!refused(address, false), "{address}");
        }
    }

    #[test]
    fn the_setting_opens_what_a_developer_needs_and_no_more() {
        for address in
            "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 100.64.0.1 ::1 fd12::1 ::ffff:127.0.0.1"
                .split_whitespace()
        {
            assert!(!refused(address, true), "{address}");
        }
        for address in "0.0.0.0 169.254.169.254 169.254.1.1 100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 \
             255.255.255.255 fd00:ec2::254 fd20:ce::254 fe80::1 ff02::1 :: 64:ff9b::7f00:1 ::ffff:169.254.169.254"
            .split_whitespace()
        {
            assert!(refused(address, true), "{address}");
        }
    }

    #[test]
    fn a_refusal_says_what_the_address_is() {
        let told = |address: &str| refusal(address.parse().unwrap(), false).unwrap();
        assert_eq!(told("169.254.169.254"), "the metadata of a cloud");
        assert_eq!(told("127.0.0.1"), "a loopback address");
        assert_eq!(told("::ffff:10.0.0.1"), "a private address");
    }
}
