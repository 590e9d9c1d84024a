// The processor's time of work, which the load of the machine does not change: limits compare it with
// that of other work, and never with a clock.

import Foundation

/// Returns the seconds that a processor worked for an action, on this thread.
///
/// - Parameter action: What to do; it may not wait for anything.
/// - Returns: The seconds.
/// - Throws: What the action throws.
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

/// Whether work grew less than with the square of its input.
///
/// Four times the input may take up to ten times as long. What is quadratic takes sixteen times as long.
///
/// - Parameters:
///   - small: The seconds for an input.
///   - large: The seconds for one of four times the size.
/// - Returns: Whether that is less than quadratic; a few hundredths of a second always are.
public func isLessThanQuadratic(_ small: Double, _ large: Double) -> Bool {
    large < 10 * small + 0.05
}
