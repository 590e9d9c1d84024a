// Reads the steps on PythonAnywhere that a manifest adds to those of every project.

import JSON

extension ManifestReader {
    /// Reads `hostSteps`: a list of steps, each with an action, and perhaps commands and a condition.
    mutating func readHostSteps(_ json: JSONText?, into manifest: inout Manifest) {
        for element in list(json, "hostSteps", most: 100) {
            let known = ["action", "commands", "when"]
            guard let fields = fields(of: element, called: "a step", known: known) else { continue }
            guard let field = fields["action"] else {
                problems.append((element.offset, .missingKey("action")))
                continue
            }
            guard let action = line(field, "action") else { continue }
            if action.isEmpty { problems.append((field.offset, .empty(key: "action"))) }
            let commands = lines(fields["commands"], "commands", most: 100)
            hostStepTexts += [(action, field.offset)] + commands
            manifest.hostSteps.append(
                Manifest.HostStep(
                    action: action,
                    commands: commands.map(\.text),
                    condition: condition(fields["when"], isQuestion: false)
                )
            )
        }
    }
}
