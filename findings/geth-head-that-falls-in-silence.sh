#!/usr/bin/env bash
# When geth tells its peers over eth/69 that its head is another one.
#
# Version   go-ethereum v1.17.8, in the process of the script, and a peer made with its p2p package.
# Seen      BlockRangeUpdate is the only message of eth/69 about the head. geth sends it if its head is below the one
#           that it sent last, or 32 blocks or more above it. "Sent last" is one number for all peers, not the one in
#           the Status that this peer got: after a Status of 20 comes 32. So a reorg that takes the head from 63 down
#           to 45 is not told, since 45 is not below 32, and neither is another branch of the same height. A peer that keeps
#           what it was told believes in up to 31 blocks that are gone. A fall to 31 is told at once.
# What to   Ask for the header of the last known head, with some above it, from time to time.
# do
#
# Needs go, and the network for its modules; takes about a minute, some more the first time. All that listens
# does so on 127.0.0.1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/geth-in-process/build.sh" <<'GO'
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/protocols/eth"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/enode"
)

// listener is a peer that echoes the Status, hands on each head that it is told, and can ask for header 0.
type listener struct {
	told     chan uint64
	isAsked  chan bool
	answered chan bool
}

func (l *listener) ask(conn p2p.MsgWriter) {
	for range l.isAsked {
		must(p2p.Send(conn, eth.GetBlockHeadersMsg, &eth.GetBlockHeadersPacket{RequestId: 1,
			GetBlockHeadersRequest: &eth.GetBlockHeadersRequest{Amount: 1}}))
	}
}

func (l *listener) run(_ *p2p.Peer, conn p2p.MsgReadWriter) error {
	for {
		message, err := conn.ReadMsg()
		if err != nil {
			return err
		}
		switch message.Code {
		case eth.StatusMsg:
			var status eth.StatusPacket
			must(message.Decode(&status))
			must(p2p.Send(conn, eth.StatusMsg, &status))
			l.told <- status.LatestBlock
			go l.ask(conn)
		case eth.BlockRangeUpdateMsg:
			var update eth.BlockRangeUpdatePacket
			must(message.Decode(&update))
			l.told <- update.LatestBlock
		case eth.BlockHeadersMsg:
			l.answered <- true
		}
		must(message.Discard())
	}
}

// heard returns what was told until geth has answered two questions, a second after the first one.
func (l *listener) heard() string {
	heads := []uint64{}
	for range 2 {
		l.isAsked <- true
		select {
		case <-l.answered:
		case <-time.After(time.Minute):
			log.Fatal("no answer within a minute")
		}
		time.Sleep(time.Second)
	}
	for len(l.told) > 0 {
		heads = append(heads, <-l.told)
	}
	return fmt.Sprint(heads)
}

func main() {
	g := startGeth()
	chain := g.branch("", 0, 63)
	g.follow(chain[:20])
	// Its range is written by another goroutine than the one that answers.
	time.Sleep(time.Second)
	key, err := crypto.GenerateKey()
	must(err)
	l := &listener{make(chan uint64, 10), make(chan bool), make(chan bool)}
	server := &p2p.Server{Config: p2p.Config{PrivateKey: key, MaxPeers: 1, NoDiscovery: true,
		Protocols:   []p2p.Protocol{{Name: "eth", Version: 69, Length: 18, Run: l.run}},
		StaticNodes: []*enode.Node{g.stack.Server().Self()}}}
	must(server.Start())
	failed := 0
	expect := func(what, expected string) {
		seen := l.heard()
		fmt.Printf("%s: %s\n", what, seen)
		if seen != expected {
			fmt.Printf("expected %s\n", expected)
			failed = 1
		}
	}
	turn := func(name string, shared, length int) {
		blocks := g.branch(name, shared, length)
		g.give(blocks[shared:])
		g.lead(blocks[length-1])
	}

	expect("Status at head 20", "[20]")
	g.follow(chain[20:31])
	expect("head 31", "[]")
	g.follow(chain[31:32])
	expect("head 32, 32 above the start and 12 above the Status", "[32]")
	g.follow(chain[32:63])
	expect("head 63", "[]")
	turn("second", 50, 63)
	expect("another branch of 63 blocks", "[]")
	turn("third", 40, 45)
	expect("a branch of 45 blocks", "[]")
	turn("fourth", 30, 31)
	expect("a branch of 31 blocks", "[31]")
	turn("fifth", 30, 62)
	expect("a branch of 62 blocks", "[]")
	turn("fifth", 30, 63)
	expect("one more", "[63]")
	os.Exit(failed)
}
GO
./finding 2>geth.log || { tail -n 20 geth.log >&2; exit 1; }
echo 'as described'
