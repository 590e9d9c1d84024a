// The template of a project that has an address: an update fetches the newest commit, and says which one it is; all
// else fetches the recorded one.

import ProjectFiles

extension Catalog {
    /// Returns this catalogue with the template that an update needs, if it has an address: it is fetched once,
    /// whatever asks for it later.
    ///
    /// - Parameters:
    ///   - request: The update.
    ///   - record: The project's record.
    /// - Returns: The catalogue.
    /// - Throws: ``ScaffoldError/badAddress(_:_:)``, ``ScaffoldError/cannotFetch(_:_:)``, or
    ///   ``ScaffoldError/badTemplateFolder(path:_:)``.
    func fetching(
        for request: UpdateRequest,
        over record: ProjectRecord
    ) throws(ScaffoldError) -> Catalog {
        let isLeft = request.answers.contains { $0.key == "framework" }
        let recorded = isLeft ? nil : try? record.template?.source()?.text
        guard let place = request.template ?? recorded, TemplateAddress.isMeant(by: place) else {
            return self
        }
        var template = try Framework.own(at: place)
        template.keepCommit(of: record.template)
        var catalog = self
        catalog.fetched[place] = template
        return catalog
    }

    /// Returns this catalogue with a template that was read, so that nothing reads it again.
    ///
    /// - Parameters:
    ///   - template: The template.
    ///   - request: The update that it was read for.
    /// - Returns: The catalogue.
    func keeping(_ template: Framework, for request: UpdateRequest) -> Catalog {
        guard let place = request.template else { return self }
        var catalog = self
        catalog.fetched[place] = template
        return catalog
    }

    /// Returns this catalogue with the template of a project as it was recorded, if it has an address.
    ///
    /// - Parameter record: The project's record.
    /// - Returns: The catalogue.
    /// - Throws: ``ScaffoldError/cannotFetch(_:_:)`` or ``ScaffoldError/badTemplateFolder(path:_:)``.
    func fetchingRecorded(by record: ProjectRecord) throws(ScaffoldError) -> Catalog {
        guard let commit = record.template?.commit, let address = try? record.template?.source(),
            let recorded = try? TemplateAddress(
                repository: address.repository,
                ref: commit,
                folder: address.folder
            )
        else { return self }
        var catalog = self
        catalog.fetched[address.text] = try Framework.own(fetching: recorded)
        return catalog
    }
}

extension Framework {
    /// Keeps the recorded commit if the newer one has the same files: commits that change other files of the
    /// repository do not make a project outdated.
    fileprivate mutating func keepCommit(of record: ProjectRecord.Template?) {
        guard case .address(let address, _, let digest) = origin, let record,
            let commit = record.commit, record.sha256 == digest,
            (try? record.source()) == address
        else { return }
        origin = .address(address, commit: commit, digest: digest)
    }
}

/// Returns what to say about the commit of the template.
///
/// - Parameters:
///   - record: The project's record before the update.
///   - configuration: The updated project.
/// - Returns: A sentence, or none if the commit is the same.
func commitRemarks(from record: ProjectRecord, to configuration: ProjectConfiguration) -> [String] {
    guard case .address(let address, let commit, _) = configuration.framework.origin,
        let before = record.template?.commit, before != commit
    else { return [] }
    return [
        "The template \(plainOrQuoted(address.text)) has moved from commit \(before.prefix(10)) to "
            + "\(commit.prefix(10))."
    ]
}
