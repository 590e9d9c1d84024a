// A project on the disk, as its record tells of it: read once, for every command that looks at one.

import ProjectFiles

/// A project that pa-new made, and what it is made from.
package struct LoadedProject: Sendable {
    /// What it was made from.
    package let record: ProjectRecord
    /// The project as today's templates have it, or why they have it no more; nil where it was made from
    /// a template of the user's own, whose place is not known.
    package let project: Result<Project, ScaffoldError>?

    /// Reads a project's record.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - catalog: The frameworks there are.
    /// - Throws: ``RecordProblem`` where pa-new did not make the project, or nobody can tell.
    package init(in folder: String, from catalog: Catalog) throws(RecordProblem) {
        let document: [UInt8]
        do throws(ReadProblem) {
            document = try readFile(folder + "/" + ProjectRecord.fileName, most: 1 << 20)
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

    /// What has to be built before PythonAnywhere can serve it; nothing where that cannot be told.
    package var products: BuildProducts {
        guard case .success(let project)? = project else { return .none }
        return project.products
    }
}
