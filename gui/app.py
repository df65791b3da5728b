"""Puts the app together: QApplication, settings, the engine's bridge, the window; runs it, or draws a picture."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from gui import arguments as command_line
from gui import labs, links
from gui.arguments import Arguments
from gui.crash import CrashReporter
from gui.settings import Store, data_root, log_folder
from gui.theme import fonts
from gui.window import Window

FIRST_LAB = "studio"
DEFAULT_SIZE = (1600, 1000)
READY_SECONDS = 30.0
"""How long an export waits for an engine that is starting; then it draws what there is."""
EXPORT_SECONDS = 120.0
"""How long an export waits for a state that has to be computed or loaded."""
FEW_PROCESSORS = 4
"""On so many, Qt paints alone: it waits longer for threads that help it to copy a picture than it takes to copy it."""
SWITCH_SECONDS = 5e-5
"""How long Python code of the gui may go on while the engine's thread waits for the GIL. By Python's own choice, 5 ms,
a training step would wait for a whole frame to be painted before each of its operations."""


class StartError(ValueError):
    """The app cannot start as it was asked to; one line for the user."""


def make_application() -> QApplication:
    """The one QApplication, with the app's style and type; an existing one is given ours."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        QApplication.setApplicationName("receptive")
        QApplication.setApplicationDisplayName("Receptive")
        QApplication.setOrganizationName("Receptive")
        QApplication.setDesktopFileName("receptive")
        if (os.cpu_count() or 1) <= FEW_PROCESSORS:
            os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
        app = QApplication([sys.argv[0] if sys.argv else "receptive"])
    sys.setswitchinterval(SWITCH_SECONDS)
    app.setStyle("Fusion")
    app.setFont(fonts.ui(12))
    return app


def create(
    arguments: Arguments, *, session: Any = None, entries: Sequence[labs.Entry] | None = None
) -> tuple[QApplication, Window]:
    """Make the app and its window, with the state that was asked for, not yet shown.

    `session` is an `engine.session.Session`; without one it is made here. `entries` are the labs, else all there are
    (with `entries` and without a session there is no engine). StartError if the link or the lab does not exist.
    """
    app = make_application()
    found = labs.discover() if entries is None else tuple(entries)
    store = Store()
    settings = store.load()
    name, state, said = _asked(arguments, found, last=store.text("link") if settings.start == "last" else "")
    bridge = None
    if entries is None or session is not None:
        bridge = _bridge(session, data_root(settings, arguments.data_root), settings.frames_per_second)
    window = Window(labs=found, store=store, bridge=bridge, theme=arguments.theme, root=arguments.data_root)
    geometry = store.geometry()
    if arguments.size is not None or arguments.export is not None:
        window.resize(*(arguments.size or DEFAULT_SIZE))
    elif geometry.isEmpty() or not window.restoreGeometry(geometry):
        room = app.primaryScreen().availableSize()
        window.resize(
            min(DEFAULT_SIZE[0], round(room.width() * 0.95)), min(DEFAULT_SIZE[1], round(room.height() * 0.9))
        )
    window.fit_density()
    if arguments.module or arguments.follow is not None:
        _open_given(window.open_lab(FIRST_LAB), arguments)
    elif name:
        window.open_lab(name, state)
    if arguments.export is None:
        window.tell_corrections(said)
        window.lessons.restore()
    else:
        for message in said:
            print(f"receptive: in the link: {message}", file=sys.stderr)
    if bridge is not None and arguments.export is None:
        window.painted.connect(bridge.start)  # torch loads behind the first picture, not before it
    return app, window


def _open_given(lab: Any, arguments: Arguments) -> None:
    """What only the Studio opens: a module, which asks first, or a run that something else writes."""
    modules = getattr(lab, "modules", None)
    if modules is not None and arguments.follow is not None:
        modules.follow(str(arguments.follow))
    elif modules is not None:
        QTimer.singleShot(0, lab.widget, lambda: modules.open_reference(arguments.module))


def _bridge(session: Any, root: Path | None, frames_per_second: int) -> Any:
    from gui.bridge import Bridge

    return Bridge(session, data_root=root, frames_per_second=frames_per_second)


def _asked(arguments: Arguments, entries: Sequence[labs.Entry], *, last: str) -> tuple[str, Any, tuple[str, ...]]:
    """The lab to open, its state (None: its own) and what had to be put right in the link."""
    types = {entry.name: entry.state_type for entry in entries}
    if arguments.link:
        try:
            return links.read(arguments.link, types)
        except links.LinkError as problem:
            raise StartError(str(problem)) from None
    if arguments.lab:
        if arguments.lab not in types:
            raise StartError(f"there is no lab {arguments.lab!r}; there are {', '.join(types) or 'none'}")
        return arguments.lab, None, ()
    if last:
        with contextlib.suppress(links.LinkError):  # a lab of an older version that is gone
            return links.read(last, types)
    name = FIRST_LAB if FIRST_LAB in types else next(iter(types), "")
    return name, None, ()


def run(argv: Sequence[str]) -> int:
    """Parse the arguments and run the app; returns the exit status."""
    try:
        return launch(command_line.parse(argv))
    except command_line.ArgumentError as mistake:
        print(f"receptive: {mistake}", file=sys.stderr)
        return command_line.USER_ERROR


def launch(arguments: Arguments) -> int:
    """Run the app until its window closes, or draw a picture; returns the exit status."""
    try:
        app, window = create(arguments)
    except StartError as mistake:
        print(f"receptive: {mistake}", file=sys.stderr)
        return command_line.USER_ERROR
    try:
        if arguments.export is not None:
            return draw(app, window, path=arguments.export, scale=arguments.scale)
        reporter = CrashReporter(log_folder(), window.notices.failed, window)
        reporter.install()
        with _closing_on_signals(window):
            window.show()
            status = app.exec()
        reporter.remove()
        return status
    finally:
        window.close()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def draw(app: QApplication, window: Window, *, path: Path, scale: float) -> int:
    """Write a picture of the window as soon as its lab shows the whole state; 2 if it cannot be written.

    What the lab shows at once needs no engine. Where it waits for one, or says that one is starting, the engine is
    started, so that no picture shows a lab that is not ready to be used.
    """
    window.show()
    app.processEvents()
    lab = window.lab
    if lab is not None and not (lab.settled and lab.status.kind != "working"):
        if window.bridge is not None:
            window.bridge.start()
        _wait(lambda: lab.settled and lab.status.kind != "working", seconds=READY_SECONDS)
        _wait(lambda: lab.settled, seconds=EXPORT_SECONDS)
    for _ in range(4):  # a size that a part gives itself when it is laid out reaches its neighbours a turn later
        app.processEvents()
    from gui import export

    try:
        if window.lab is not None and not window.lab.settled:
            raise export.ExportError(
                "the picture was not ready in time; perhaps the link asks for data that is not there"
            )
        if window.notices.problems:
            raise export.ExportError("nothing was drawn, for what is shown is not what was asked for")
        export.save_window(window, path, scale=scale)
    except export.ExportError as problem:
        for trouble in window.notices.problems:
            print(f"receptive: {trouble.title}: {trouble.message}", file=sys.stderr)
        print(f"receptive: {problem}", file=sys.stderr)
        return command_line.USER_ERROR
    return 0


def _wait(ready: Callable[[], bool], *, seconds: float) -> None:
    """Let the app run until something is so, or the time is over."""
    deadline = QDeadlineTimer(round(seconds * 1000))
    loop, timer = QEventLoop(), QTimer()

    def look() -> None:
        if ready() or deadline.hasExpired():
            loop.quit()

    if not ready():
        timer.timeout.connect(look)
        timer.start(20)
        loop.exec()
        timer.stop()


@contextlib.contextmanager
def _closing_on_signals(window: Window) -> Iterator[None]:
    """While this lasts, Ctrl+C in the terminal and a polite kill close the window as the user would."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        fd_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        # The handlers do nothing: the byte that Python writes to the socket wakes Qt's loop.
        before = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
        notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(window.close)
        try:
            yield
        finally:
            notifier.setEnabled(False)
            signal.set_wakeup_fd(fd_before)
            for number, handler in before.items():
                signal.signal(number, handler)


def _ignore(*_: object) -> None:
    pass
