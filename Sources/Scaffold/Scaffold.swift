// The first file to open: how a project comes to be.
//
//     arguments -> Request -> ProjectConfiguration -> Plan -> [RenderedFile] -> PreparedProject -> Report
//      (strings)   (asked)    (decided)  (paths)   (in memory)     (compared, landed)  (what happened)
//
// Every arrow is one function, value in, value out. Only the last two touch the disk: preparing looks
// at the place, and landing writes, when everything before it is known to be right.

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
    try prepareProject(request, from: catalog).commit()
}

/// Prepares a project: all but the writing.
///
/// - Parameters:
///   - request: What was asked for.
///   - framework: What the request names, where that was found before; nil finds it.
///   - catalog: The frameworks to choose from.
///   - placement: Where the project is to land.
///   - wantsRepository: Whether the project is to lie in a git repository, one of its own with a
///     first commit where there is none around it.
///   - isReadOnly: Whether nothing may be written, not even to take back what a killed run left in
///     the folder.
///   - progress: Is told how far the rendering is.
/// - Returns: The project, compared with its place.
/// - Throws: ``ScaffoldError`` where it cannot land there.
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
