// swift-tools-version: 6.2
import PackageDescription

let module = "Hello"

let package = Package(
  name: "hello",
  platforms: [.macOS(.v15)],
  products: [
    // libHello.so, which wsgi.py loads. Build it with build.sh.
    .library(name: module, type: .dynamic, targets: [module])
  ],
  targets: [
    .systemLibrary(name: "CInterface"),
    .target(name: module, dependencies: [.target(name: "CInterface")]),
    // In one folder with the tests in Python: `Tests` and `tests` are the same on a Mac.
    .testTarget(
      name: "\(module)Tests",
      dependencies: [.target(name: module)],
      path: "tests/\(module)Tests"
    ),
  ]
)
