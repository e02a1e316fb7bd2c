"""A store that speaks S3, on a free port of this machine, until its input ends.

The first line printed is its address. Each line of input is an order as JSON, and is answered by a line when it is done.
"""

import base64
import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
address = "http://%s:%d" % server.get_host_and_port()
print(address, flush=True)


def client(kind):
    return boto3.client(
        kind,
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
        config=Config(proxies={}, max_pool_connections=16),
    )


s3 = client("s3")
for line in sys.stdin:
    order = json.loads(line)
    answer = {}
    if order["do"] == "bucket":
        s3.create_bucket(Bucket=order["bucket"])
    elif order["do"] == "put":
        body = base64.b64decode(order["bytes"])
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda key: s3.put_object(Bucket=order["bucket"], Key=key, Body=body), order["keys"]))
    elif order["do"] == "guard":
        # From here on only this user is answered, and only what the policy allows.
        iam = client("iam")
        iam.create_user(UserName="auditor")
        statement = {"Effect": "Allow", "Action": order["actions"], "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="auditor", PolicyName="reads", PolicyDocument=policy)
        key = iam.create_access_key(UserName="auditor")["AccessKey"]
        answer = {"key_id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
        headers = {"Content-Type": "text/plain"}
        urllib.request.urlopen(urllib.request.Request(address + "/moto-api/reset-auth", data=b"0", headers=headers)).read()
    print(json.dumps(answer), flush=True)
