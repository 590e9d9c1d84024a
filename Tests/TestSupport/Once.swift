// What is made once for all tests of a run, however many ask for it at a time.

/// Makes values by name, each once: a test that asks while one is being made waits for it.
public actor Once<Value: Sendable> {
    private var tasks: [String: Task<Value, any Error>] = [:]

    /// Starts with nothing made.
    public init() {}

    /// Returns the value of a name, which is made where it is asked for the first time.
    ///
    /// What failed is not tried again: it would take its time for each test.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - make: Makes the value.
    /// - Returns: The value that was made.
    /// - Throws: What the making threw.
    public func value(
        _ name: String = "",
        make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = tasks[name] ?? Task { try await make() }
        tasks[name] = task
        return try await task.value
    }
}
