// The scheduled job of a pipeline that updates the project, and opens a request to merge the update.

/// The scheduled job that updates a project, and the answer that adds it to the pipeline.
enum UpdateJob {
    /// The name in templates and in conditions, and the key in records and for `--set`.
    static let name = answer.name

    /// The question that `--ci-updates` and `pa-new update --set ciUpdates=yes` answer.
    static let answer = OwnAnswer(
        name: "ciUpdates",
        prompt: "A job that updates the project?",
        defaultValue: false
    )
}

extension Framework {
    /// Returns whether a request asks for the job that updates the project.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - pipeline: The service that runs the pipeline; nil for none.
    /// - Returns: Whether the project gets the job.
    /// - Throws: ``ScaffoldError/updatesWithoutPipeline`` if there is no pipeline, or
    ///   ``ScaffoldError/noUpdateJob(template:)`` if this template has no such job.
    func hasUpdateJob(
        for request: Request,
        _ pipeline: Pipeline?
    ) throws(ScaffoldError) -> Bool {
        guard request.hasUpdateJob else { return false }
        guard pipeline != nil else { throw .updatesWithoutPipeline }
        guard manifest.hasFiles(for: UpdateJob.name) else {
            throw .noUpdateJob(template: request.template)
        }
        return true
    }
}
