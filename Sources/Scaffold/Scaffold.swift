// The first file to open: how a project comes to be.
//
//     arguments -> Request -> Answers -> Plan -> [RenderedFile] -> write -> Report
//      (strings)   (asked)    (decided)  (paths)   (in memory)     (disk)   (what happened)
//
// Every arrow is one function, value in, value out. Only `write` touches the disk, and only when
// everything before it is known to be right.

/// Makes a project: all of it, or none of it.
///
/// - Parameters:
///   - request: What was asked for.
///   - catalog: The frameworks to choose from.
/// - Returns: What was written, and what to do next.
/// - Throws: ``ScaffoldError``, with the disk as it was before.
public func createProject(
    _ request: Request,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    let answers = try Answers(request, catalog: catalog)
    let plan = try Plan(answers)
    let files = try render(plan, answers, partials: catalog.shared)
    try write(files, to: answers.target)
    return Report(answers, files)
}
