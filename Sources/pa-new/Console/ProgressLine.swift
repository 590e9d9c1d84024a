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
    /// When the line may be shown again, in nanoseconds.
    private var next: UInt64
    private var isShown = false

    /// Makes the line; nil if the stream is not a terminal that can erase it again.
    ///
    /// - Parameter stream: The stream to show it on.
    init?(on stream: Stream) {
        guard stream.canErase else { return nil }
        self.stream = stream
        next = Self.now + 1_000_000_000
    }

    /// The time of a clock that nobody sets, in nanoseconds.
    ///
    /// `ContinuousClock` is in _Concurrency, which would make the program larger by a tenth.
    private static var now: UInt64 {
        #if canImport(Darwin)
            return clock_gettime_nsec_np(CLOCK_MONOTONIC)
        #else
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        #endif
    }

    /// Shows the progress of the run, ten times a second at most.
    ///
    /// - Parameter progress: The progress.
    func show(_ progress: Progress) {
        let now = Self.now
        guard now >= next else { return }
        next = now + 100_000_000
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
