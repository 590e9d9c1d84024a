// Turns the arguments of `adopt` into a request.

import HostTools
import Scaffold

/// How to print and write what `adopt` does; ``AdoptRequest`` says which app.
struct AdoptMode: Equatable {
    var wantsRepository = false
    var isDryRun = false
    var isQuiet = false
    var asJSON = false
}

/// Returns the request of `adopt`.
///
/// - Parameter line: The arguments.
/// - Returns: The command.
/// - Throws: ``ArgumentError`` for the first argument that cannot be understood.
func adopt(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    let choices = [Option.Name.app, .factory, .settings].filter(line.has)
    if choices.count > 1 { throw .excluded(choices[0].long, by: choices[1].long) }
    if line.has(.quiet), line.has(.json) { throw .excluded("--quiet", by: "--json") }
    var request = AdoptRequest(
        folder: line.operands.first ?? ".",
        user: line.value(.user),
        domain: line.value(.domain),
        python: line.value(.python),
        pipeline: line.value(.ci),
        app: line.value(.app),
        factory: line.value(.factory),
        settings: line.value(.settings),
        staticFolders: line.values(.static),
        entry: line.value(.entry),
        loads: line.has(.load)
    )
    request.hasUpdateJob = line.has(.ciUpdates)
    request.interpreter = line.value(.interpreter)
    let mode = AdoptMode(
        wantsRepository: line.has(.git),
        isDryRun: line.has(.dryRun),
        isQuiet: line.has(.quiet),
        asJSON: line.has(.json)
    )
    return .adopt(request, mode)
}
