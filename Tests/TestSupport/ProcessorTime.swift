// CPU time, which does not depend on the load of the machine. Tests compare the CPU time of two pieces
// of work, and never use a clock.

import Foundation

/// Returns the CPU time of an action on this thread.
///
/// - Parameter action: The action; it must not wait for anything.
/// - Returns: The time in seconds.
/// - Throws: The error of the action.
public func processorSeconds(_ action: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try action()
    return now() - start
}

/// Whether the time of some work grows less than quadratically.
///
/// Four times the input may take up to ten times as long. Quadratic work would take sixteen times as long.
///
/// - Parameters:
///   - small: The seconds for a small input.
///   - large: The seconds for an input of four times the size.
/// - Returns: Whether the growth is less than quadratic; true for a few hundredths of a second.
public func isLessThanQuadratic(_ small: Double, _ large: Double) -> Bool {
    large < 10 * small + 0.05
}
