//! The contract itself: it refuses what GitHub refuses.

use serde_json::{Value, json};

use crate::contract::Contract;

#[test]
fn the_contract_refuses_what_github_refuses() {
    let contract = Contract::get();
    let pulls = "/repos/acme/web/pulls";
    let good = json!({ "title": "x", "head": "a", "base": "main" });
    assert!(contract.request("POST", pulls, "", &good).is_ok());
    let none = Value::Null;
    for (method, path, query, body) in [
        ("POST", pulls, "", json!({ "title": 7, "head": "a", "base": "main" })),
        ("POST", pulls, "", json!({ "title": "x", "head": "a" })),
        ("POST", pulls, "", json!({ "title": "x", "head": "a", "base": "main", "bodi": "x" })),
        ("POST", pulls, "", none.clone()),
        ("GET", pulls, "state=every", none.clone()),
        ("GET", pulls, "stat=open", none.clone()),
        ("DELETE", pulls, "", none.clone()),
        ("GET", "/repos/acme/web/forks", "", none.clone()),
        ("POST", "/repos/acme/web/git/trees", "", json!({ "tree": [{ "mode": "0777" }] })),
    ] {
        assert!(
            contract.request(method, path, query, &body).is_err(),
            "{method} {path} {query} {body}"
        );
    }
    let operation = contract.request("POST", pulls, "", &good).expect("a request");
    assert!(!contract.answer(&operation, 201, &json!({ "number": "one" })).is_empty());
    assert!(!contract.answer(&operation, 200, &json!({})).is_empty());
    assert_eq!(contract.answer(&operation, 502, &json!({ "message": "x" })), [""; 0]);
}
