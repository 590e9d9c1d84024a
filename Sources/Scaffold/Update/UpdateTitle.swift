// What an update is called, such as in the commit of a scheduled job.

/// Returns a title for an update: which of pa-new and the project's own template is a newer one.
///
/// - Parameters:
///   - before: The project's record before the update.
///   - after: Its record after the update.
/// - Returns: One line, such as `Update to pa-new 1.2.0`.
func updateTitle(from before: ProjectRecord, to after: ProjectRecord) -> String {
    var newer: [String] = []
    if let template = after.template, template != before.template {
        let commit = template.commit.map { " " + $0.prefix(10) }
        newer.append(
            (commit == nil ? "the template " : "") + plainOrQuoted(template.name) + (commit ?? "")
        )
    }
    // Also if only an answer has changed: the files are those of this version.
    if newer.isEmpty || before.paNew != after.paNew { newer.insert("pa-new \(after.paNew)", at: 0) }
    return "Update to " + newer.joined(separator: " and ")
}
