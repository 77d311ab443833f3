/* A headless Chromium that a test talks to through two pipes, by the DevTools protocol: opens a
 * page, presses keys, evaluates expressions, and keeps what the page asked for and complained
 * about. A new profile in /tmp goes with it. Must not know the page.
 *
 * Source: Chrome DevTools Protocol, version 1.3; --remote-debugging-pipe reads fd 3, writes fd 4.
 */
#ifndef TESTS_VIZ_CHROMIUM_H
#define TESTS_VIZ_CHROMIUM_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHROMIUM_BYTES (1 << 20)
#define CHROMIUM_ABSENT 127 /* how the child ends where there is no such program */

typedef struct chromium {
    pid_t pid;
    int to, from;
    int id;
    char profile[40], session[80];
    char answer[CHROMIUM_BYTES]; /* the last message */
    char events[CHROMIUM_BYTES]; /* all events, one after the other */
    size_t events_used;
} chromium;

static inline void chromium_child(const int down[2], const int up[2], const char *profile)
{
    static const char *const name[] = {"chromium", "chromium-browser", "google-chrome"};
    char folder[80];
    int from = fcntl(down[0], F_DUPFD, 10), to = fcntl(up[1], F_DUPFD, 10);
    int nowhere = open("/dev/null", O_RDWR);
    snprintf(folder, sizeof folder, "--user-data-dir=%s", profile);
    dup2(from, 3);
    dup2(to, 4);
    dup2(nowhere, 0);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    for (int fd = 5; fd < 64; fd++) {
        close(fd);
    }
    setpgid(0, 0);
    for (int i = 0; i < 3; i++) {
        execlp(name[i], name[i], "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
               "--disable-dev-shm-usage", "--disable-background-networking",
               "--remote-debugging-pipe", folder, "about:blank", (char *)NULL);
    }
    _exit(CHROMIUM_ABSENT);
}

/* The next message, into `answer`; false if none comes within 30 seconds. */
static inline bool chromium_read(chromium *c)
{
    size_t n = 0;
    struct pollfd wait = {.fd = c->from, .events = POLLIN};
    while (n + 1 < CHROMIUM_BYTES && poll(&wait, 1, 30000) > 0 &&
           read(c->from, &c->answer[n], 1) == 1) {
        if (c->answer[n++] == '\0') {
            return true;
        }
    }
    return false;
}

/* Sends a command and waits for its answer; events that come before it are kept. */
static inline bool chromium_call(chromium *c, const char *method, const char *params)
{
    static char text[8192];
    char wanted[40];
    int n = snprintf(text, sizeof text, "{\"id\":%d,\"method\":\"%s\",\"params\":{%s}%s%s%s}",
                     ++c->id, method, params, c->session[0] != '\0' ? ",\"sessionId\":\"" : "",
                     c->session, c->session[0] != '\0' ? "\"" : "");
    ck_assert(n > 0 && (size_t)n < sizeof text);
    if (write(c->to, text, (size_t)n + 1) != n + 1) {
        return false;
    }
    snprintf(wanted, sizeof wanted, "{\"id\":%d,", c->id);
    while (chromium_read(c)) {
        if (strncmp(c->answer, wanted, strlen(wanted)) == 0) {
            return strstr(c->answer, "\"error\":") == NULL;
        }
        size_t length = strlen(c->answer);
        if (c->events_used + length + 2 < CHROMIUM_BYTES) {
            memcpy(c->events + c->events_used, c->answer, length);
            c->events_used += length;
            c->events[c->events_used++] = '\n';
            c->events[c->events_used] = '\0';
        }
    }
    return false;
}

/* Copies the text after `key` in the last answer up to a quotation mark. */
static inline void chromium_field(const chromium *c, const char *key, char *to, size_t bytes)
{
    const char *at = strstr(c->answer, key);
    ck_assert_msg(at != NULL, "no %s in %s", key, c->answer);
    size_t n = strcspn(at + strlen(key), "\"");
    ck_assert_uint_lt(n, bytes);
    memcpy(to, at + strlen(key), n);
    to[n] = '\0';
}

static inline void chromium_must(chromium *c, const char *method, const char *params)
{
    ck_assert_msg(chromium_call(c, method, params), "%s %s: %s", method, params, c->answer);
}

static inline void chromium_end(chromium *c)
{
    char command[80];
    if (c->pid > 0) {
        kill(-c->pid, SIGKILL);
        waitpid(c->pid, NULL, 0);
    }
    close(c->to);
    close(c->from);
    snprintf(command, sizeof command, "rm -rf %s", c->profile);
    ck_assert_int_eq(system(command), 0);
    free(c);
}

static inline void chromium_sleep(long milliseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* Has the child ended since there is no such program? */
static inline bool chromium_is_absent(chromium *c)
{
    int status = 0;
    for (int i = 0; i < 50; i++) {
        if (waitpid(c->pid, &status, WNOHANG) == c->pid) {
            c->pid = 0;
            return WIFEXITED(status) && WEXITSTATUS(status) == CHROMIUM_ABSENT;
        }
        chromium_sleep(20);
    }
    return false;
}

/* NULL where there is no Chromium. */
static inline chromium *chromium_start(void)
{
    chromium *c = calloc(1, sizeof *c);
    int down[2], up[2];
    char target[80], params[200];
    ck_assert_ptr_nonnull(c);
    signal(SIGPIPE, SIG_IGN);
    strcpy(c->profile, "/tmp/viz_chromium_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(c->profile));
    ck_assert(pipe(down) == 0 && pipe(up) == 0);
    c->pid = fork();
    if (c->pid == 0) {
        chromium_child(down, up, c->profile);
    }
    close(down[0]);
    close(up[1]);
    c->to = down[1];
    c->from = up[0];
    if (!chromium_call(c, "Target.createTarget", "\"url\":\"about:blank\"")) {
        bool absent = chromium_is_absent(c);
        chromium_end(c);
        ck_assert_msg(absent, "Chromium does not start");
        return NULL;
    }
    chromium_field(c, "\"targetId\":\"", target, sizeof target);
    snprintf(params, sizeof params, "\"targetId\":\"%s\",\"flatten\":true", target);
    chromium_must(c, "Target.attachToTarget", params);
    chromium_field(c, "\"sessionId\":\"", c->session, sizeof c->session);
    chromium_must(c, "Runtime.enable", "");
    chromium_must(c, "Log.enable", "");
    chromium_must(c, "Network.enable", "");
    chromium_must(c, "Page.enable", "");
    return c;
}

/* The value of an expression, which is a text. It must have no quotation mark. */
static inline const char *chromium_text(chromium *c, const char *expression)
{
    static char params[4096], value[4096];
    snprintf(params, sizeof params, "\"returnByValue\":true,\"expression\":\"String(%s)\"",
             expression);
    chromium_must(c, "Runtime.evaluate", params);
    chromium_field(c, "\"type\":\"string\",\"value\":\"", value, sizeof value);
    return value;
}

/* Opens a file and waits until it is loaded. */
static inline void chromium_open(chromium *c, const char *path, const char *fragment)
{
    char params[400];
    c->events_used = 0;
    c->events[0] = '\0';
    chromium_must(c, "Page.navigate", "\"url\":\"about:blank\"");
    snprintf(params, sizeof params, "\"url\":\"file://%s%s\"", path, fragment);
    chromium_must(c, "Page.navigate", params);
    for (int i = 0; i < 300; i++) {
        if (strcmp(chromium_text(c, "document.readyState + location.protocol"), "completefile:") ==
            0) {
            return;
        }
        chromium_sleep(20);
    }
    ck_abort_msg("%s is not loaded", path);
}

/* Presses and releases a key, such as "ArrowRight"; `text` is what it types, or "". */
static inline void chromium_key(chromium *c, const char *key, const char *text)
{
    char params[200];
    snprintf(params, sizeof params, "\"type\":\"%s\",\"key\":\"%s\",\"text\":\"%s\"",
             text[0] != '\0' ? "keyDown" : "rawKeyDown", key, text);
    chromium_must(c, "Input.dispatchKeyEvent", params);
    snprintf(params, sizeof params, "\"type\":\"keyUp\",\"key\":\"%s\"", key);
    chromium_must(c, "Input.dispatchKeyEvent", params);
}

static inline void expect(chromium *c, const char *expression, const char *wanted)
{
    const char *got = chromium_text(c, expression);
    ck_assert_msg(strcmp(got, wanted) == 0, "%s is %s, not %s", expression, got, wanted);
}

#endif
