"""What `make` calls: set-up, pinned lists. Standard library only, Python 3.9 and later."""

import sys

# Said here, first, in syntax that an old Python still reads.
if sys.version_info < (3, 9):  # noqa: UP036
    sys.stderr.write(
        "运行安装脚本要 Python 3.9 以上，现在是 %s；请用 make PYTHON=python3.11 这样的写法指定。\n"  # noqa: UP031
        "The set-up needs Python 3.9 or later, this is %s; name another one, as in make PYTHON=python3.11.\n"
        % (sys.version.split()[0], sys.version.split()[0])
    )
    sys.exit(2)
