// Changes a folder as the words say, so that tests can kill it while it does:
//
//     change-folder FOLDER [write PATH TEXT] [keep PATH TEXT] [remove PATH] ...

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

var words = CommandLine.arguments.dropFirst()
let folder = words.popFirst() ?? ""
var changes: [FileChange] = []
while let verb = words.popFirst() {
    let path = words.popFirst() ?? ""
    switch verb {
    case "write", "keep":
        let file = ProjectFile(path: path, contents: Array((words.popFirst() ?? "").utf8))
        changes.append(.write(file, keepingOld: verb == "keep"))
    case "remove": changes.append(.remove(path: path))
    default: exit(64)
    }
}
do throws(FileError) {
    try WorkingFolder(folder).apply(changes)
} catch {
    print(error)
    switch error {
    case .system(.look, _, _), .system(.lock, _, _): exit(73)
    case .system, .notRolledBack: exit(74)
    default: exit(73)
    }
}
