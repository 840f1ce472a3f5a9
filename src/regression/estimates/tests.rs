use std::time::Duration;

use serde_json::json;

use super::*;

/// Long ago; the benches of a test are measured so many seconds after it.
fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)
}

/// A bench in criterion's folder: its median with its bounds, and when it was measured.
fn bench(folder: &Path, group: &str, name: &str, [low, median, high]: [f64; 3], seconds: u64) {
    // Not the names themselves: criterion replaces what does not go into the name of a folder.
    let new = folder.join(format!("{group} of a group")).join(name.replace('/', "_")).join("new");
    fs::create_dir_all(&new).unwrap();
    let names =
        json!({ "group_id": group, "function_id": name, "value_str": null, "full_id": format!("{group}/{name}") });
    fs::write(new.join("benchmark.json"), names.to_string()).unwrap();
    let interval = json!({ "confidence_level": 0.95, "lower_bound": low, "upper_bound": high });
    let median = json!({ "confidence_interval": interval, "point_estimate": median, "standard_error": 1.0 });
    let path = new.join("estimates.json");
    fs::write(&path, json!({ "mean": median, "median": median, "slope": null }).to_string()).unwrap();
    fs::File::options().append(true).open(path).unwrap().set_modified(start() + Duration::from_secs(seconds)).unwrap();
}

#[test]
fn a_benchmark_has_the_median_and_its_bounds_and_the_name_that_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    bench(folder.path(), "execute", "1 MB / result", [1.5, 2.0, 3.0], 1);
    bench(folder.path(), "cache", "miss", [0.1, 0.2, 0.3], 1);
    bench(folder.path(), "cache", "hit", [0.01, 0.02, 0.03], 1);
    let estimates = read(folder.path(), start()).unwrap();
    let benchmark = |name: &str, [low, point, high]: [f64; 3]| Benchmark {
        name: name.to_owned(),
        ratio: Interval { point, low, high },
    };
    let expected = [
        benchmark("cache/hit", [0.01, 0.02, 0.03]),
        benchmark("cache/miss", [0.1, 0.2, 0.3]),
        benchmark("execute/1 MB / result", [1.5, 2.0, 3.0]),
    ];
    assert_eq!(estimates, Estimates { benchmarks: expected.to_vec(), stale: Vec::new() });
}

#[test]
fn a_group_of_which_nothing_was_measured_since_the_build_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    bench(folder.path(), "cache", "hit", [1.0; 3], 10);
    bench(folder.path(), "router", "direct", [1.0; 3], 9);
    let estimates = read(folder.path(), start() + Duration::from_secs(10)).unwrap();
    assert_eq!(names(&estimates), ["cache/hit"]);
    assert_eq!(estimates.stale, ["router"]);
}

#[test]
fn a_bench_that_was_not_measured_with_its_group_is_none_any_more() {
    let folder = tempfile::tempdir().unwrap();
    bench(folder.path(), "cache", "renamed since", [1.0; 3], 9);
    bench(folder.path(), "cache", "hit", [1.0; 3], 11);
    let estimates = read(folder.path(), start() + Duration::from_secs(10)).unwrap();
    assert_eq!(names(&estimates), ["cache/hit"]);
    assert!(estimates.stale.is_empty());
}

fn names(estimates: &Estimates) -> Vec<&str> {
    estimates.benchmarks.iter().map(|benchmark| &*benchmark.name).collect()
}

#[test]
fn charts_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("report")).unwrap();
    fs::create_dir_all(folder.path().join("cache/report")).unwrap();
    assert_eq!(read(folder.path(), start()).unwrap(), Estimates::default());
}

#[test]
fn a_folder_that_is_not_there_and_a_ratio_that_is_none_are_errors_that_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let error = read(&folder.path().join("criterion"), start()).unwrap_err();
    assert!(error.to_string().ends_with("run `cargo bench --bench components` first"), "{error}");
    bench(folder.path(), "cache", "hit", [0.0; 3], 1);
    assert!(matches!(read(folder.path(), start()), Err(EstimatesError::NoRatio { .. })));
}
