// A line on the terminal that tells how far a long run is, and that is gone when the run is over.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A line on a terminal, shown from the second second of a run on.
final class ProgressLine {
    private let stream: Stream
    private let clock = ContinuousClock()
    private var next: ContinuousClock.Instant
    private var isShown = false

    /// Makes the line, where somebody can see it: on a terminal that can erase it again.
    ///
    /// - Parameter stream: Where to show it.
    init?(on stream: Stream) {
        guard stream.canErase else { return nil }
        self.stream = stream
        next = clock.now + .seconds(1)
    }

    /// Shows how far the run is, ten times a second at most.
    ///
    /// - Parameter progress: How far it is.
    func show(_ progress: Progress) {
        guard clock.now >= next else { return }
        next = clock.now + .milliseconds(100)
        isShown = true
        let verb =
            switch progress.step {
            case .rendering: "rendering"
            case .writing: "writing"
            }
        // Nobody has to know where the line cannot be shown.
        try? stream.write("\r\(verb) \(progress.done) of \(progress.total) files\u{1B}[K")
    }

    /// Erases the line: what is written next starts where it started.
    func erase() {
        guard isShown else { return }
        isShown = false
        try? stream.write("\r\u{1B}[K")
    }
}
