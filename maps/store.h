/*
 * The pin store: an ordinary directory on one file system. Every object is a file with a hidden
 * name
 * (.obj/map.12) from its making on; a pin is a hard link to it anywhere below the directory, so
 * that ls, rm, mv, ln, chmod and permissions mean what they mean. Ids are the numbers of the hidden
 * names, never given twice, and answered to every process. What another object needs to stay alive
 * (a program its maps) is one more hard link, .obj/prog.7@map.12.
 *
 * An object is garbage when its hidden name is its last and nobody leases it (maps/region.h): a
 * user's descriptor holds LEASE_USER as long as any copy of it is open anywhere, a process that
 * maps it LEASE_OBJECT. The last user removes it by store_reap(); store_gc() does when that died
 * first, or when the last pin went while nobody used it.
 *
 * An object's file ends in a page that begins with its kind's eight magic bytes. Errors are those
 * of bpf(2) on Linux 6.18 where an ordinary directory can tell.
 */
#ifndef MAPS_STORE_H
#define MAPS_STORE_H

#include <sys/types.h>

#include "core/base/diag.h"

enum store_kind { STORE_MAP, STORE_PROG, STORE_BTF, STORE_LINK, STORE_KINDS };

/* Access of a descriptor: BPF_F_RDONLY and BPF_F_WRONLY */
enum { STORE_RDWR = 0, STORE_RDONLY = 1 << 3, STORE_WRONLY = 1 << 4 };

struct store {
	char *path; /* absolute, without symbolic links */
	int root, obj; /* directories */
	dev_t dev;
};

/*
 * Opens the store in a directory, which is made when it is missing; NULL: EBPF_BPFFS of the
 * environment or the user's own, $XDG_RUNTIME_DIR/ebpf. A file system that cannot hold one is
 * refused by name.
 */
int store_open(const char *path, struct diag *d, struct store **out);
void store_close(struct store *store);

/* A new, empty file with the next id, open for reading and writing and leased to its user. */
int store_create(struct store *store, enum store_kind kind, uint32_t *id, int *fd);
/*
 * Takes the hidden name away when it was the last and nobody uses the object, and then of what that
 * kept alive; true when it did.
 */
bool store_reap(struct store *store, enum store_kind kind, uint32_t id);
/* Keeps an object (its descriptor) alive as long as another one. */
int store_ref(struct store *store, enum store_kind kind, uint32_t id, enum store_kind of_kind,
	      uint32_t of_id, int of_fd);
/* The id of the first object of a kind that an object keeps alive; 0: none. */
uint32_t store_ref_of(struct store *store, enum store_kind kind, uint32_t id,
		      enum store_kind of_kind);
/*
 * The smallest id above after of the objects of a kind that keep an object alive, those that count
 * for it or need it; 0: there is none.
 */
uint32_t store_referrer(struct store *store, enum store_kind kind, uint32_t after,
			enum store_kind of_kind, uint32_t of_id);
/* The end of a store_ref(). */
void store_unref(struct store *store, enum store_kind kind, uint32_t id, enum store_kind of_kind,
		 uint32_t of_id);

/* The kind of the object that a descriptor stands for, by its magic; -EINVAL: none. */
int store_kind_of(int fd, enum store_kind *kind);
/* OBJ_PIN. A relative path begins at dirfd (AT_FDCWD: here). */
int store_pin(struct store *store, int fd, int dirfd, const char *path);
/* OBJ_GET; the descriptor is leased to its user. */
int store_get(struct store *store, int dirfd, const char *path, uint32_t access,
	      enum store_kind *kind, int *fd);
/* *_GET_FD_BY_ID */
int store_get_id(struct store *store, enum store_kind kind, uint32_t id, uint32_t access, int *fd);
/* The same for who looks only: the descriptor is nobody's lease. */
int store_find_id(struct store *store, enum store_kind kind, uint32_t id, uint32_t access,
		  int *fd);
/* The smallest id above after; -ENOENT: none. */
int store_next_id(struct store *store, enum store_kind kind, uint32_t after, uint32_t *next);
/*
 * Whether a user's descriptor (other than fd, which is the asker's) or a pin is left: what keeps
 * the slots of a prog array filled.
 */
bool store_has_users(struct store *store, enum store_kind kind, uint32_t id, int fd);

/* Removes all garbage and tells the hidden name of each; how many there were. */
uint32_t store_gc(struct store *store, void (*removed)(void *arg, const char *name), void *arg);

#endif
