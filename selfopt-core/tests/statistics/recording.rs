//! What is recorded: stable words, and a verdict that its sample reproduces byte for byte.

use selfopt_core::statistics::{
    Budget, Decision, MemoryGuard, NanoLog, NoiseAssessment, PairSchedule, Parameters, ScheduleKey,
    SecondaryGuard, decide,
};

/// A sample that needs three accept looks, in 1e-9 log units.
fn sample() -> Vec<NanoLog> {
    (0..32).map(|idx: i64| NanoLog(45_000_000 + (idx * 7_919 % 41 - 20) * 4_100_003)).collect()
}

#[test]
fn a_recorded_verdict_is_recomputed_byte_for_byte() {
    let parameters = Parameters::default();
    let record = serde_json::to_string(&(&parameters, sample())).unwrap();
    let first =
        serde_json::to_string(&decide(&parameters, NanoLog(1_234_567), &sample(), Budget::Open))
            .unwrap();
    for _ in 0..1_000 {
        let (parameters, sample): (Parameters, Vec<NanoLog>) =
            serde_json::from_str(&record).unwrap();
        let again = decide(&parameters, NanoLog(1_234_567), &sample, Budget::Open);
        assert_eq!(serde_json::to_string(&again).unwrap(), first);
    }
    let read_back: Decision = serde_json::from_str(&first).unwrap();
    assert_eq!(serde_json::to_string(&read_back).unwrap(), first);
}

#[test]
fn the_words_of_the_records() {
    let parameters = Parameters::default();
    let improved = [NanoLog(50_000_000); 10];
    let key = ScheduleKey {
        run_seed: 42,
        base_sha: "base",
        candidate_diff_sha: "diff",
        bench_id: "bench",
    };
    let guards = &parameters.guards;
    let records = [
        serde_json::to_string(&parameters),
        serde_json::to_string(&decide(&parameters, NanoLog::ZERO, &improved, Budget::Open)),
        serde_json::to_string(&NoiseAssessment::from_pairs(&parameters, &sample())),
        serde_json::to_string(&PairSchedule::new(&key, 1, 6)),
        serde_json::to_string(&SecondaryGuard::new(guards, &[NanoLog(-1_000); 6])),
        serde_json::to_string(&MemoryGuard::new(guards, &[100, 110], &[104])),
    ];
    let lines: Vec<_> = records.into_iter().map(Result::unwrap).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"min_improvement":0.03,"margin":0.01,"alpha_run":0.05,"confirmations":10,"tries":1,"accept_looks":[10,18,32],"futility_looks":[6,8,10,14,18,24,32],"futility_level":0.1,"max_pairs":32,"max_discarded_share":0.2,"timing":{"warm_up_cpu_millis":300,"warm_up_iterations":10,"iterations":20,"min_block_cpu_millis":5,"max_block_cpu_millis":20},"noise":{"pairs":10,"bias_level":0.005,"cpu_bound_share":0.8},"guards":{"max_slowdown":0.03,"slowdown_level":0.05,"max_memory_growth":0.1}}
    {"margin":10050336,"n_pairs":10,"looks":[{"n_pairs":6,"hodges_lehmann":50000000,"lower_bound":null,"upper_bound_futility":50000000,"outcome":"continue"},{"n_pairs":8,"hodges_lehmann":50000000,"lower_bound":null,"upper_bound_futility":50000000,"outcome":"continue"},{"n_pairs":10,"hodges_lehmann":50000000,"lower_bound":50000000,"upper_bound_futility":50000000,"outcome":"accepted"}],"p_value":0.002929688,"verdict":"accepted"}
    {"n_pairs":32,"hodges_lehmann":38849995,"floor":38849995,"sigma":54347224,"class":"noisy","p_value":0.000234264,"biased":true}
    {"pair":1,"first_spawned":"candidate","base_directory":"b","iteration_order":["base","candidate","candidate","base","base","candidate"],"engine_seed":1556556866}
    {"n_pairs":6,"hodges_lehmann":-1000,"upper_bound":-1000,"limit":-29558802,"passed":true}
    {"base_median_bytes":105,"candidate_median_bytes":104,"limit":0.1,"passed":true}
    "#);
}

#[test]
fn the_records_have_a_schema() {
    let schema = schemars::schema_for!(Decision).to_value();
    let definitions = &schema["$defs"];
    assert_eq!(definitions["NanoLog"]["type"], "integer");
    assert_eq!(definitions["Fraction"]["type"], "number");
    assert_eq!(definitions["Fraction"]["maximum"], 1);
}
