// Values that are made once for all tests of a run.

/// Makes values by name, each once. A test that asks for a value while it is being made waits for it.
public actor Once<Value: Sendable> {
    private var tasks: [String: Task<Value, any Error>] = [:]

    /// Creates an empty collection.
    public init() {}

    /// Returns the value for a name, and makes it at the first request.
    ///
    /// A failure is not tried again, because that would take time in each test.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - make: Makes the value.
    /// - Returns: The value.
    /// - Throws: The error of `make`.
    public func value(
        _ name: String = "",
        make: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = tasks[name] ?? Task { try await make() }
        tasks[name] = task
        return try await task.value
    }
}
