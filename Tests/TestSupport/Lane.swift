// The lanes of the tests, from the fastest to the slowest: `.ci/run LANE` runs one.

import Foundation
import Testing

/// The amount of testing in a run.
public enum Lane: String, CaseIterable, Comparable, Sendable {
    /// The library and the engine, without processes.
    case unit
    /// Also the built tool, the checker's static analysis, each framework on one Python, and the linters once.
    case quick
    /// Everything that each push must pass.
    case full
    /// Also the tests that are too large for each push.
    case long

    /// The lane of this run, from the variable `PA_NEW_TESTS` (default: `full`).
    public static let current: Lane = {
        guard let name = ProcessInfo.processInfo.environment["PA_NEW_TESTS"] else { return .full }
        guard let lane = Lane(rawValue: name) else {
            fatalError("PA_NEW_TESTS is '\(name)', and the lanes are unit, quick, full and long")
        }
        return lane
    }()

    /// Whether one lane is shorter than another.
    public static func < (one: Lane, other: Lane) -> Bool {
        let order = allCases
        return order.firstIndex(of: one) ?? 0 < order.firstIndex(of: other) ?? 0
    }
}

extension Array {
    /// Chooses the elements for one of a test's cases.
    ///
    /// So each push tries every element and every case, but not every pair of them.
    ///
    /// - Parameter number: The number of the case.
    /// - Returns: All in the lane `long`, otherwise one, in turn.
    public func inTurn(_ number: Int) -> [Element] {
        guard Lane.current < .long, !isEmpty else { return self }
        return [self[number % count]]
    }
}

extension Trait where Self == ConditionTrait {
    /// Excludes the test from shorter lanes.
    ///
    /// - Parameter lane: The shortest lane that includes the test.
    /// - Returns: The trait.
    public static func lane(_ lane: Lane) -> Self {
        .enabled(
            if: Lane.current >= lane,
            "not in the lane '\(Lane.current.rawValue)'"
        )
    }
}
