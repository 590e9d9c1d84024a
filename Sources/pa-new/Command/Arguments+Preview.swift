// Turns the arguments of `preview` into a request.

import HostTools

/// Returns the request of `preview`.
///
/// - Parameter line: The arguments.
/// - Returns: The command.
/// - Throws: ``ArgumentError`` for the first argument that cannot be understood.
func preview(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    let request = PreviewRequest(
        folder: line.operands.first ?? ".",
        entry: line.value(.entry),
        port: try number(of: .port, in: line, 1...65_535),
        workers: try number(of: .workers, in: line, 1...PreviewRequest.maxWorkers),
        loadsAgain: !line.has(.noReload),
        refreshesBrowser: line.has(.live),
        opensBrowser: line.has(.open),
        isProduction: line.has(.production),
        conditions: try conditions(line)
    )
    return .preview(request, interpreter: line.value(.interpreter))
}

/// Returns the number that is an option's value; nil without the option.
private func number(
    of option: Option.Name,
    in line: CommandLineArguments,
    _ range: ClosedRange<Int>
) throws(ArgumentError) -> Int? {
    guard let word = line.value(option) else { return nil }
    guard let number = Int(word), range.contains(number) else {
        throw .badNumber(word, option: option.long, range)
    }
    return number
}
