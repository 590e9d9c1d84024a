// A line on the terminal that shows the progress of a long run, and disappears at its end.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A progress line on a terminal, for runs that take longer than a second.
final class ProgressLine {
    private let stream: Stream
    private let clock = ContinuousClock()
    private var next: ContinuousClock.Instant
    private var isShown = false

    /// Makes the line; nil if the stream is not a terminal that can erase it again.
    ///
    /// - Parameter stream: The stream to show it on.
    init?(on stream: Stream) {
        guard stream.canErase else { return nil }
        self.stream = stream
        next = clock.now + .seconds(1)
    }

    /// Shows the progress of the run, ten times a second at most.
    ///
    /// - Parameter progress: The progress.
    func show(_ progress: Progress) {
        guard clock.now >= next else { return }
        next = clock.now + .milliseconds(100)
        isShown = true
        let verb =
            switch progress.step {
            case .rendering: "rendering"
            case .writing: "writing"
            }
        // Ignore errors: the line is not essential.
        try? stream.write("\r\(verb) \(progress.done) of \(progress.total) files\u{1B}[K")
    }

    /// Erases the line: the next output takes its place.
    func erase() {
        guard isShown else { return }
        isShown = false
        try? stream.write("\r\u{1B}[K")
    }
}
