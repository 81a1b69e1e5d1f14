//! What pods may reach: nothing, by one policy for all of them; and an install
//! the port of its proxy, by a policy of its own.

use std::net::IpAddr;

use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use selfopt_core::CommandLimits;

use super::labels::{CLIENT, COMMAND, CONFINED, metadata};
use crate::egress::Door;

/// The policy for all pods of commands.
pub(super) const DENY_ALL: &str = "selfopt-deny-all";

/// Nothing comes in and nothing goes out. It stays: it belongs to nobody, and
/// whoever finds it needs it.
pub(super) fn deny_all() -> NetworkPolicy {
    NetworkPolicy {
        metadata: ObjectMeta { name: Some(DENY_ALL.to_owned()), ..ObjectMeta::default() },
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(selector(CONFINED, "true")),
            policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
            ingress: None,
            egress: None,
        }),
    }
}

/// One command may connect to the port of its proxy in this process.
pub(super) fn way_out(name: &str, limits: &CommandLimits, door: &Door) -> NetworkPolicy {
    let bits = if matches!(door.host, IpAddr::V4(_)) { 32 } else { 128 };
    let block = IPBlock { cidr: format!("{}/{bits}", door.host), except: None };
    NetworkPolicy {
        metadata: metadata(name, limits),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(selector(COMMAND, name)),
            policy_types: Some(vec!["Egress".to_owned()]),
            ingress: None,
            egress: Some(vec![NetworkPolicyEgressRule {
                to: Some(vec![
                    NetworkPolicyPeer { ip_block: Some(block), ..NetworkPolicyPeer::default() },
                    // Some network plugins match no pod by its address.
                    NetworkPolicyPeer {
                        pod_selector: Some(selector(CLIENT, "true")),
                        ..NetworkPolicyPeer::default()
                    },
                ]),
                ports: Some(vec![NetworkPolicyPort {
                    port: Some(IntOrString::Int(i32::from(door.port))),
                    protocol: Some("TCP".to_owned()),
                    end_port: None,
                }]),
            }]),
        }),
    }
}

fn selector(label: &str, value: &str) -> LabelSelector {
    LabelSelector {
        match_labels: Some([(label.to_owned(), value.to_owned())].into()),
        match_expressions: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_is_let_through_but_one_port() {
        let all = serde_json::to_value(deny_all()).unwrap();
        assert_eq!(
            all["spec"],
            json!({
                "podSelector": { "matchLabels": { "selfopt.confined": "true" } },
                "policyTypes": ["Ingress", "Egress"],
            })
        );
        let door = Door { host: [10, 1, 2, 3].into(), port: 4711, token: "secret".to_owned() };
        let one = serde_json::to_value(way_out("selfopt-1", &CommandLimits::default(), &door));
        let one = one.unwrap();
        assert_eq!(
            one["spec"],
            json!({
                "podSelector": { "matchLabels": { "selfopt.command": "selfopt-1" } },
                "policyTypes": ["Egress"],
                "egress": [{
                    "to": [
                        { "ipBlock": { "cidr": "10.1.2.3/32" } },
                        { "podSelector": { "matchLabels": { "selfopt.client": "true" } } },
                    ],
                    "ports": [{ "port": 4711, "protocol": "TCP" }],
                }],
            })
        );
        assert!(!one.to_string().contains("secret"));
    }
}
