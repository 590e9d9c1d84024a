// The digests of many files, on all processors: half of the time for a template of ten thousand files.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension SHA256 {
    /// Returns the digests of many byte strings as texts.
    ///
    /// - Parameter all: The byte strings.
    /// - Returns: 64 hexadecimal digits for each.
    package static func hex(ofEach all: [[UInt8]]) -> [String] {
        // For a few files, a thread costs more than it saves.
        let workers = all.count < 64 ? 1 : min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8)
        return [String](unsafeUninitializedCapacity: all.count) { digests, initialized in
            inParallel(workers) { [digests] worker in
                // Each takes every second one, or every third and so on: their sizes are alike.
                for index in stride(from: worker, to: all.count, by: workers) {
                    digests.initializeElement(at: index, to: hex(of: all[index]))
                }
            }
            initialized = all.count
        }
    }
}

/// What a thread does.
private final class Job {
    private let worker: Int
    private let body: (Int) -> Void

    init(_ worker: Int, _ body: @escaping (Int) -> Void) {
        self.worker = worker
        self.body = body
    }

    /// Runs a job, and lets go of it.
    static func run(_ job: UnsafeMutableRawPointer?) {
        guard let job else { return }
        let owned = Unmanaged<Job>.fromOpaque(job).takeRetainedValue()
        owned.body(owned.worker)
    }
}

/// Runs a function once for each number below another one, at the same time, and waits.
///
/// - Parameters:
///   - workers: How many times; the first one runs on this thread.
///   - body: The function. It is not called after the end.
private func inParallel(_ workers: Int, _ body: @escaping (Int) -> Void) {
    // With `withoutActuallyEscaping`, the program would depend on the length of this file's path.
    var threads: [pthread_t] = []
    for worker in 1..<max(workers, 1) {
        let job = Unmanaged.passRetained(Job(worker, body)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let code = pthread_create(
            &thread,
            nil,
            {
                Job.run($0); return nil
            },
            job
        )
        if code != 0 {
            // There can be no more threads.
            Job.run(job)
            continue
        }
        #if canImport(Glibc)
            threads.append(thread)
        #else
            if let thread { threads.append(thread) }
        #endif
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
}
