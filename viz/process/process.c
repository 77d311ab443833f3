/* Running another program: on POSIX, on Windows, or not at all. No shell is used, so an argument is
 * never read as a command. Must not know anything of graphs.
 *
 * Sources: POSIX.1-2008, posix_spawnp; Microsoft, "CreateProcessA" and "Parsing C command-line
 * arguments".
 */
#if defined(_WIN32)
#define SYSTEM_WINDOWS
#elif defined(__unix__) || defined(__APPLE__)
#define SYSTEM_POSIX
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#endif

#include "process.h"

#ifdef SYSTEM_POSIX

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>

#define NOT_FOUND 127 /* exit status of systems that search for the program after the fork */
#define LOOKS 100     /* how often in a second to look whether the program has ended */

extern char **environ;

/* Opens the three standard streams on /dev/null. */
static int set_streams(posix_spawn_file_actions_t *actions)
{
    int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    for (int fd = 1; fd <= 2 && error == 0; fd++) {
        error = posix_spawn_file_actions_addopen(actions, fd, "/dev/null", O_WRONLY, 0);
    }
    return error;
}

/* As waitpid, but a signal does not end it. */
static pid_t wait_through_signals(pid_t child, int *status, int options)
{
    pid_t ended;
    do {
        ended = waitpid(child, status, options);
    } while (ended < 0 && errno == EINTR);
    return ended;
}

static ag_status wait_for(pid_t child, int seconds)
{
    int status = 0;
    pid_t ended = 0;
    for (long looks = 0; ended == 0 && looks < (long)seconds * LOOKS; looks++) {
        ended = wait_through_signals(child, &status, WNOHANG);
        if (ended == 0) {
            nanosleep(&(struct timespec){.tv_nsec = 1000000000 / LOOKS}, NULL);
        }
    }
    if (ended == 0) {
        kill(child, SIGKILL);
        wait_through_signals(child, &status, 0);
        return AG_ERR_OVERFLOW;
    }
    if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND) {
        return AG_ERR_STATE;
    }
    return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? AG_OK : AG_ERR_IO;
}

ag_status viz__run(char *const arguments[], int seconds)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return AG_ERR_MEMORY;
    }
    pid_t child;
    int error = set_streams(&actions);
    if (error == 0) {
        error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    switch (error) {
    case 0:
        return wait_for(child, seconds);
    case ENOENT:
    case EACCES:
        return AG_ERR_STATE;
    case ENOMEM:
        return AG_ERR_MEMORY;
    default:
        return AG_ERR_IO;
    }
}

#elif defined(SYSTEM_WINDOWS)

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define LINE_BYTES 32000 /* CreateProcessA takes 32,767 */

/* A command line. */
typedef struct line {
    char text[LINE_BYTES];
    size_t n;
} line;

static void put(line *l, char c, size_t times)
{
    for (; times > 0 && l->n + 1 < LINE_BYTES; times--) {
        l->text[l->n++] = c;
    }
}

/* Adds an argument in quotes. Within them a backslash is an ordinary character, except before a
 * quote, where each must be doubled. */
static void put_argument(line *l, const char *argument)
{
    size_t backslashes = 0;
    put(l, '"', 1);
    for (const char *c = argument; *c != '\0'; c++) {
        backslashes = *c == '\\' ? backslashes + 1 : backslashes;
        if (*c == '"') {
            put(l, '\\', backslashes + 1);
        }
        backslashes = *c == '\\' ? backslashes : 0;
        put(l, *c, 1);
    }
    put(l, '\\', backslashes);
    put(l, '"', 1);
    put(l, ' ', 1);
}

static ag_status wait_for(PROCESS_INFORMATION *process, int seconds)
{
    DWORD code = 1;
    bool stopped = false;
    if (WaitForSingleObject(process->hProcess, (DWORD)seconds * 1000) != WAIT_OBJECT_0) {
        TerminateProcess(process->hProcess, 1);
        WaitForSingleObject(process->hProcess, INFINITE);
        stopped = true;
    } else {
        GetExitCodeProcess(process->hProcess, &code);
    }
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
    return stopped ? AG_ERR_OVERFLOW : code == 0 ? AG_OK : AG_ERR_IO;
}

ag_status viz__run(char *const arguments[], int seconds)
{
    line l;
    l.n = 0;
    for (int i = 0; arguments[i] != NULL; i++) {
        put_argument(&l, arguments[i]);
    }
    if (l.n + 1 >= LINE_BYTES) {
        return AG_ERR_IO;
    }
    l.text[l.n] = '\0';
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE null_device =
        CreateFileA("NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    &inherited, OPEN_EXISTING, 0, NULL);
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    start.hStdInput = start.hStdOutput = start.hStdError = null_device;
    PROCESS_INFORMATION process;
    BOOL started = CreateProcessA(NULL, l.text, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL,
                                  &start, &process);
    DWORD error = started ? 0 : GetLastError();
    CloseHandle(null_device);
    if (!started) {
        bool missing = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
        return missing ? AG_ERR_STATE : AG_ERR_IO;
    }
    return wait_for(&process, seconds);
}

#else

ag_status viz__run(char *const arguments[], int seconds)
{
    (void)arguments;
    (void)seconds;
    return AG_ERR_STATE;
}

#endif
