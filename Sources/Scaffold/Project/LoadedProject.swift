// A project on the disk, loaded from its record: read once, for every command that examines one.

import ProjectFiles

/// A project that pa-new made, with its template.
package struct LoadedProject: Sendable {
    /// The project's record.
    package let record: ProjectRecord
    /// The project with today's templates, or the error if they no longer support it; nil if it was made from
    /// a template of the user's own, because the record has no path to it.
    package let project: Result<Project, ScaffoldError>?

    /// Reads a project's record.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - catalog: The available frameworks.
    /// - Throws: ``RecordProblem`` if pa-new did not make the project, or the record cannot be read.
    package init(in folder: String, from catalog: Catalog) throws(RecordProblem) {
        let document: [UInt8]
        do throws(ReadProblem) {
            document = try readFile(
                folder + "/" + ProjectRecord.fileName,
                most: ProjectRecord.maxBytes
            )
        } catch .missing {
            throw .missing
        } catch {
            let diagnostic = error.diagnostic(for: ProjectRecord.fileName)
            throw .unreadable(reason: diagnostic.reason ?? diagnostic.message)
        }
        record = try ProjectRecord(document)
        guard record.template == nil else {
            project = nil
            return
        }
        let request = record.request
        project = Result { () throws(ScaffoldError) in
            try Project(ProjectConfiguration(request, catalog: catalog))
        }
    }

    /// Returns the steps on PythonAnywhere that only the project's template has.
    ///
    /// - Parameters:
    ///   - account: The account on PythonAnywhere, which may be another one than the recorded.
    ///   - domain: The domain of the web app.
    ///   - python: The Python version of the web app.
    ///   - catalog: The available frameworks.
    /// - Returns: The steps; none if the template is not known.
    /// - Throws: ``ScaffoldError`` if today's templates no longer support the project.
    package func hostSteps(
        for account: AccountName,
        _ domain: Domain,
        _ python: PythonVersion,
        from catalog: Catalog
    ) throws(ScaffoldError) -> [NextSteps.Step] {
        guard project != nil else { return [] }
        var request = record.request
        (request.user, request.domain) = (account.description, domain.description)
        request.python = "\(python)"
        return try Project(ProjectConfiguration(request, catalog: catalog)).hostSteps
    }

    /// The files that must be built before PythonAnywhere can serve it; none if that is not known.
    package var products: BuildProducts {
        guard case .success(let project)? = project else { return .none }
        return project.products
    }
}
