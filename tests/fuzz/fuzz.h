/* What a fuzz target is built with. `make fuzz` links it with clang's libFuzzer. `make test` gives
 * it this main, which runs the seeds of the folder that has the target's name: each as it is, cut
 * off at every length, and with bytes changed, always in the same way. A fault ends the program.
 * `make fuzz` without libFuzzer takes it, too: -max_total_time=60 goes on with other changes.
 * Must not know what is read.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Called with bytes that may be anything: whatever they are, the library reads or refuses them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the program where what must hold does not. */
static inline void fuzz_require(int holds)
{
    if (!holds) {
        abort();
    }
}

#ifdef FUZZ_SEEDS

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FUZZ_ROOM = 1 << 16, FUZZ_CHANGES = 500 };

/* Runs a copy that ends where the memory does, so that valgrind and the sanitizer see a read behind
 * it. */
static inline void fuzz_run(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, n);
    (void)LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

/* Numbers by xorshift: Marsaglia (2003). */
static inline uint64_t fuzz_draw(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return below > 0 ? *state % below : 0;
}

/* One to four bytes become others: any, the largest, or one of the seed's own. */
static inline void fuzz_change(uint64_t *state, uint8_t *bytes, size_t n)
{
    for (uint64_t i = fuzz_draw(state, 4) + 1; i > 0 && n > 0; i--) {
        const uint8_t own = bytes[fuzz_draw(state, n)], any = (uint8_t)fuzz_draw(state, 256);
        const uint8_t choice[] = {own, any, 0xFF, 0};
        bytes[fuzz_draw(state, n)] = choice[fuzz_draw(state, 4)];
    }
}

static inline void fuzz_replay(const uint8_t *seed, size_t n, size_t rounds, uint64_t *state)
{
    static uint8_t changed[FUZZ_ROOM];
    size_t step = n / rounds + 1;
    fuzz_run(seed, n);
    for (size_t cut = 0; cut < n; cut += step) {
        fuzz_run(seed, cut);
    }
    for (size_t i = 0; i < rounds; i++) {
        memcpy(changed, seed, n);
        fuzz_change(state, changed, n);
        fuzz_run(changed, n);
    }
}

/* The seed's bytes; -1 for what is no file. */
static inline long fuzz_read(const char *name, uint8_t *bytes)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", FUZZ_SEEDS, name);
    FILE *in = name[0] != '.' ? fopen(path, "rb") : NULL;
    long n = in != NULL ? (long)fread(bytes, 1, FUZZ_ROOM, in) : -1;
    if (in != NULL) {
        fclose(in);
    }
    return n;
}

/* All seeds of the folder, with changes that follow from `start`; false where there is no folder. */
static inline bool fuzz_folder(size_t rounds, uint64_t start)
{
    static uint8_t bytes[FUZZ_ROOM];
    struct dirent **list = NULL;
    int n = scandir(FUZZ_SEEDS, &list, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        long length = fuzz_read(list[i]->d_name, bytes);
        if (length >= 0) {
            uint64_t state = start;
            printf("%s/%s, changes from %llu\n", FUZZ_SEEDS, list[i]->d_name,
                   (unsigned long long)start);
            fflush(stdout);
            fuzz_replay(bytes, (size_t)length, rounds, &state);
            printf("ok %s\n", list[i]->d_name);
        }
        free(list[i]);
    }
    free(list);
    return n >= 0;
}

int main(int count, char **argument)
{
    const char *small = getenv("AG_TEST_SMALL");
    size_t rounds = small != NULL && *small == '1' ? FUZZ_CHANGES / 20 : FUZZ_CHANGES;
    time_t end = time(NULL);
    for (int i = 1; i < count; i++) {
        if (strncmp(argument[i], "-max_total_time=", 16) == 0) {
            end += (time_t)strtol(argument[i] + 16, NULL, 10);
        }
    }
    uint64_t start = 88172645463325252u;
    bool there = fuzz_folder(rounds, start);
    while (there && time(NULL) < end) {
        there = fuzz_folder(rounds, ++start);
    }
    return there ? 0 : 1;
}

#endif

#endif
