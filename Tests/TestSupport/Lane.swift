// The lanes of the tests, from the quickest to the longest: `.ci/run LANE` runs one.

import Foundation
import Testing

/// How much is tested in a run.
public enum Lane: String, CaseIterable, Comparable, Sendable {
    /// The library and the engine, without processes.
    case unit
    /// And the built tool, the checker's reading, each framework on one Python, the linters once.
    case quick
    /// Everything that each push has to pass.
    case full
    /// And what is too large for each push.
    case long

    /// The lane of this run: the variable `PA_NEW_TESTS` names it (default: `full`).
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

extension Trait where Self == ConditionTrait {
    /// Leaves the test out of lanes that are shorter.
    ///
    /// - Parameter lane: The shortest lane that the test is part of.
    /// - Returns: The trait.
    public static func lane(_ lane: Lane) -> Self {
        .enabled(
            if: Lane.current >= lane,
            "not in the lane '\(Lane.current.rawValue)'"
        )
    }
}
