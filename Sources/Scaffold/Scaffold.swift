// The first file to open: how a project is made.
//
//     arguments -> Request -> ProjectConfiguration -> Project -> [RenderedFile] -> PreparedProject -> Report
//     (strings)    (asked)    (decided)               (context)  (in memory)       (compared)
//
// Every arrow is one function, value in, value out. Only the last two touch the disk: preparing looks
// at the destination, and committing writes, after everything else has succeeded.

/// Creates a project: all of it, or nothing.
///
/// - Parameters:
///   - request: What the user asks for.
///   - catalog: The available frameworks.
/// - Returns: What was written, and what to do next.
/// - Throws: ``ScaffoldError``; the disk is then as it was before.
public func createProject(
    _ request: Request,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    try prepareProject(request, from: catalog).commit()
}

/// Prepares a project: everything except writing it.
///
/// - Parameters:
///   - request: What the user asks for.
///   - framework: The framework or template of the request, if it was found before; nil to find it.
///   - catalog: The available frameworks.
///   - placement: The kind of folder to write into.
///   - wantsRepository: Whether the project must be in a git repository. If no repository contains
///     it, it gets its own, with a first commit.
///   - isReadOnly: Whether nothing may be written, not even to roll back the changes of a killed run
///     in the folder.
///   - progress: Receives the progress of rendering.
/// - Returns: The project, compared with its destination.
/// - Throws: ``ScaffoldError`` if it cannot be written there.
public func prepareProject(
    _ request: Request,
    of framework: Framework? = nil,
    from catalog: Catalog,
    placement: Placement = .newFolder,
    wantsRepository: Bool = false,
    isReadOnly: Bool = false,
    progress: ProgressHandler = { _ in }
) throws(ScaffoldError) -> PreparedProject {
    let project = try Project(ProjectConfiguration(request, of: framework, catalog: catalog))
    return try PreparedProject(
        project,
        render(project, progress),
        placement,
        wantsRepository: wantsRepository,
        isReadOnly: isReadOnly
    )
}
