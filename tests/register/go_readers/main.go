// Reads the ledger's heads and proofs with Go's own packages for signed notes and transparency logs, which know nothing
// of this program: main KEY checkpoint FILE | proof FILE | consistency FILE SIZE ROOT. It prints what it found.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func hash(words string) tlog.Hash {
	decoded, err := base64.StdEncoding.DecodeString(words)
	check(err)
	if len(decoded) != tlog.HashSize {
		log.Fatalf("%q is no hash", words)
	}
	return tlog.Hash(decoded)
}

// head opens a checkpoint and returns size and root.
func head(verifier note.Verifier, content []byte) (int64, tlog.Hash) {
	opened, err := note.Open(content, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || len(opened.UnverifiedSigs) != 0 {
		log.Fatalf("unexpected checkpoint %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return size, hash(lines[2])
}

func main() {
	log.SetFlags(0)
	verifier, err := note.NewVerifier(os.Args[1])
	check(err)
	content, err := os.ReadFile(os.Args[3])
	check(err)
	before, checkpoint, _ := bytes.Cut(content, []byte("\n\n"))
	lines := strings.Split(string(before), "\n")
	switch os.Args[2] {
	case "checkpoint":
		size, root := head(verifier, content)
		fmt.Println(size, hex.EncodeToString(root[:]))
	case "proof":
		if lines[0] != "c2sp.org/tlog-proof@v1" {
			log.Fatalf("unexpected first line %q", lines[0])
		}
		record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
		check(err)
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
		check(err)
		var proof tlog.RecordProof
		for _, line := range lines[3:] {
			proof = append(proof, hash(line))
		}
		size, root := head(verifier, checkpoint)
		check(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(record)))
		fmt.Println(index, string(record))
	case "consistency":
		var proof tlog.TreeProof
		for _, line := range lines[1:] {
			proof = append(proof, hash(line))
		}
		old, err := strconv.ParseInt(os.Args[4], 10, 64)
		check(err)
		oldRoot, err := hex.DecodeString(os.Args[5])
		check(err)
		size, root := head(verifier, checkpoint)
		check(tlog.CheckTree(proof, size, root, old, tlog.Hash(oldRoot)))
		fmt.Println(old, size)
	}
}
