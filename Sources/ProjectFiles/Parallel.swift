// The same work for many files, on all processors: half of the time for a template of ten thousand files.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Does something for each number below a count, on all processors if there are many.
///
/// - Parameters:
///   - count: The count.
///   - action: Does it for a part of the numbers, several of which are done at the same time. It is not called
///     after the end.
/// - Throws: The failure of the first part that failed; then others may not be done.
package func inParallel<Failure: Error>(
    _ count: Int,
    _ action: @escaping (Range<Int>) throws(Failure) -> Void
) throws(Failure) {
    // For a few files, a thread costs more than it saves.
    let few = 256
    guard count >= few else { return try action(0..<count) }
    let workers = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8)
    // Neighbours stay together: most are in the same folder.
    let part = 64
    let failures = [(start: Int, failure: Failure)?](unsafeUninitializedCapacity: workers) {
        failures,
        initialized in
        failures.initialize(repeating: nil)
        run(workers) { [failures] worker in
            for start in stride(from: worker * part, to: count, by: workers * part) {
                do throws(Failure) {
                    try action(start..<min(start + part, count))
                } catch {
                    failures[worker] = (start, error)
                    return
                }
            }
        }
        initialized = workers
    }
    if let first = failures.compactMap(\.self).min(by: { $0.start < $1.start }) {
        throw first.failure
    }
}

/// Returns what a function makes of each number below a count, on all processors if there are many.
///
/// - Parameters:
///   - count: The count.
///   - value: Makes the value for a number.
/// - Returns: The values in their order.
package func inParallel<Value>(_ count: Int, _ value: @escaping (Int) -> Value) -> [Value] {
    [Value](unsafeUninitializedCapacity: count) { values, initialized in
        inParallel(count) { [values] (part: Range<Int>) in
            for index in part { values.initializeElement(at: index, to: value(index)) }
        }
        initialized = count
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
private func run(_ workers: Int, _ body: @escaping (Int) -> Void) {
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
