// Connects to a geth over eth/69, echoes its Status, prints the range in it, and asks.
//
//	ask ENODE QUESTION...
//
//	number:N:COUNT       headers from block N downwards
//	hash:HASH:COUNT      headers from a hash downwards
//	every:N:SKIP:COUNT   headers from block N upwards, SKIP left out between two
//	chain:N:COUNT        headers downwards from the hash of block N, which is asked for alone
//	body:N               the body of block N, likewise
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/protocols/eth"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/p2p/enode"
	"github.com/ethereum/go-ethereum/p2p/rlpx"
	"github.com/ethereum/go-ethereum/rlp"
)

const ethOffset = 16

type hello struct {
	Version    uint64
	Name       string
	Caps       []p2p.Cap
	ListenPort uint64
	ID         []byte
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func send(conn *rlpx.Conn, code uint64, message any) {
	payload, err := rlp.EncodeToBytes(message)
	must(err)
	_, err = conn.Write(code, payload)
	must(err)
}

// receive reads until a message of this code comes, and answers pings.
func receive(conn *rlpx.Conn, code uint64, message any) {
	for {
		must(conn.SetReadDeadline(time.Now().Add(10 * time.Second)))
		got, data, _, err := conn.Read()
		must(err)
		switch got {
		case code:
			must(rlp.DecodeBytes(data, message))
			return
		case 1:
			log.Fatalf("disconnected: %x", data)
		case 2:
			send(conn, 3, []any{})
		}
	}
}

func number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	must(err)
	return n
}

func query(parts []string) *eth.GetBlockHeadersRequest {
	switch parts[0] {
	case "number":
		origin := eth.HashOrNumber{Number: number(parts[1])}
		return &eth.GetBlockHeadersRequest{Origin: origin, Amount: number(parts[2]), Reverse: true}
	case "hash":
		origin := eth.HashOrNumber{Hash: common.HexToHash(parts[1])}
		return &eth.GetBlockHeadersRequest{Origin: origin, Amount: number(parts[2]), Reverse: true}
	case "every":
		origin := eth.HashOrNumber{Number: number(parts[1])}
		return &eth.GetBlockHeadersRequest{Origin: origin, Skip: number(parts[2]), Amount: number(parts[3])}
	}
	log.Fatalf("no question: %v", parts)
	return nil
}

func main() {
	node := enode.MustParse(os.Args[1])
	socket, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", node.TCP()))
	must(err)
	defer socket.Close()
	conn := rlpx.NewConn(socket, node.Pubkey())
	key, err := crypto.GenerateKey()
	must(err)
	_, err = conn.Handshake(key)
	must(err)
	id := crypto.FromECDSAPub(&key.PublicKey)[1:]
	send(conn, 0, hello{Version: 5, Name: "ask", Caps: []p2p.Cap{{Name: "eth", Version: 69}}, ID: id})
	var theirs struct {
		Version uint64
		Rest    []rlp.RawValue `rlp:"tail"`
	}
	receive(conn, 0, &theirs)
	conn.SetSnappy(true)
	var status eth.StatusPacket
	receive(conn, ethOffset+eth.StatusMsg, &status)
	fmt.Printf("status %d..%d\n", status.EarliestBlock, status.LatestBlock)
	send(conn, ethOffset+eth.StatusMsg, &status)
	for _, question := range os.Args[2:] {
		parts := strings.Split(question, ":")
		switch parts[0] {
		case "body":
			hashes := eth.GetBlockBodiesRequest{hashOf(conn, parts[1])}
			send(conn, ethOffset+eth.GetBlockBodiesMsg, &eth.GetBlockBodiesPacket{RequestId: 1, GetBlockBodiesRequest: hashes})
			var answer eth.BlockBodiesPacket
			receive(conn, ethOffset+eth.BlockBodiesMsg, &answer)
			fmt.Printf("%s -> %d bodies\n", question, answer.List.Len())
		case "chain":
			fmt.Printf("%s -> %s\n", question, drawn(ask(conn, query([]string{"hash", hashOf(conn, parts[1]).Hex(), parts[2]}))))
		case "hash":
			fmt.Printf("hash:%s -> %s\n", parts[2], drawn(ask(conn, query(parts))))
		default:
			fmt.Printf("%s -> %s\n", question, drawn(ask(conn, query(parts))))
		}
	}
}

func ask(conn *rlpx.Conn, request *eth.GetBlockHeadersRequest) []*types.Header {
	send(conn, ethOffset+eth.GetBlockHeadersMsg, &eth.GetBlockHeadersPacket{RequestId: 1, GetBlockHeadersRequest: request})
	var answer eth.BlockHeadersPacket
	receive(conn, ethOffset+eth.BlockHeadersMsg, &answer)
	headers, err := answer.List.Items()
	must(err)
	return headers
}

// hashOf asks for one header with a gap, which geth looks up by number whatever its head is.
func hashOf(conn *rlpx.Conn, number string) common.Hash {
	headers := ask(conn, query([]string{"every", number, "1", "1"}))
	if len(headers) != 1 {
		log.Fatalf("it has no block %s", number)
	}
	return headers[0].Hash()
}

func drawn(headers []*types.Header) string {
	if len(headers) == 0 {
		return "0 headers"
	}
	return fmt.Sprintf("%d headers: %d..%d", len(headers), headers[0].Number, headers[len(headers)-1].Number)
}
