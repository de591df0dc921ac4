import TestSupport
import Testing

// What goes wrong with the tag, the checkout, the tools and commands of the team.
extension CheckFault {
  static let checkout: [CheckFault] = [
    CheckFault("a lightweight tag", fails: ["tag"], "tag-lightweight") { test in
      try test.git("tag", "v1.1.0")
    },
    CheckFault("a file is left behind", fails: ["checkout"], "checkout-dirty left.txt") { test in
      try TestSupport.Files.write("x", to: "\(test.path)/left.txt")
    },
    .replacing(
      ">=2.0", with: ">=99", in: "deed.toml", fails: "tools", "tool-version"),
    .replacing(
      "test -x deploy.sh", with: "exit 3", in: "deed.toml", fails: "tests", "exit"),
  ]
}
