// The arguments of `update`.

import Scaffold

/// Returns what the arguments of `update` ask for.
func update(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    if line.has(.quiet), line.has(.json) { throw .excluded("--quiet", by: "--json") }
    if let restore = try restore(line) { return restore }
    var request = UpdateRequest(
        folder: line.operands.first ?? ".",
        answers: try settings(line),
        answersFile: line.value(.answers),
        template: line.value(.template),
        isDryRun: line.has(.dryRun) || line.has(.check)
    )
    request.isCheck = line.has(.check)
    request.excluded = line.values(.exclude)
    request.maxOutput = try maxOutput(line)
    return .update(request, isQuiet: line.has(.quiet), asJSON: line.has(.json))
}

/// Returns what the options ask for that do not update; nil if there are none.
private func restore(_ line: CommandLineArguments) throws(ArgumentError) -> Command? {
    var sides: [String: ConflictSide] = [:]
    for (name, side) in [(Option.Name.ours, ConflictSide.ours), (.theirs, .theirs)] {
        for path in line.values(name) {
            if let other = sides[path], other != side { throw .repeatedPath(path) }
            sides[path] = side
        }
    }
    let chosen = [Option.Name.abort, .undo, .ours, .theirs].filter(line.has)
    guard let first = chosen.first else { return nil }
    let action: RestoreRequest.Action =
        switch first {
        case .abort: .abort
        case .undo: .undo
        default: .resolve(sides)
        }
    let others = chosen.dropFirst().filter { !(first == .ours && $0 == .theirs) }
    let forUpdates = [
        Option.Name.set, .answers, .template, .maxOutput, .exclude, .check, .json,
    ].filter(
        line.has
    )
    if let other = (others + forUpdates).first { throw .excluded(first.long, by: other.long) }
    let request = RestoreRequest(
        folder: line.operands.first ?? ".",
        action: action,
        isDryRun: line.has(.dryRun)
    )
    return .restore(request, isQuiet: line.has(.quiet))
}
